/** The man page heimdall(1), generated from the shell commands and those of the management room. */
import type { Command } from 'commander';
import type { Command as RoomCommand } from '../commands/spec.js';
import { packageVersion } from '../util/package-root.js';
import { texts } from './texts.js';

/** Roff for man(7); the same commands give the same bytes. */
export function renderMan(program: Command, room: readonly RoomCommand[]): string {
  const { man } = texts;
  return [
    `.TH HEIMDALL 1 "" "Heimdall ${packageVersion()}" "${man.manual}"`,
    '.SH NAME',
    `heimdall \\- ${escaped(man.name)}`,
    '.SH SYNOPSIS',
    '.B heimdall',
    '.I command',
    '.RI [ options ]',
    '.SH DESCRIPTION',
    escaped(program.description()),
    escaped(man.description),
    '.SH COMMANDS',
    ...program.commands.flatMap((one) => shellCommand(one, '')),
    '.SH COMMANDS IN THE MANAGEMENT ROOM',
    escaped(man.room),
    ...room.flatMap(({ usage, summary }) => ['.TP', `.B !heimdall ${escaped(usage)}`, escaped(summary)]),
    '.SH FILES',
    ...man.files.flatMap(([file, what]) => ['.TP', `.I ${escaped(file)}`, escaped(what)]),
    '.SH ENVIRONMENT',
    ...man.environment.flatMap(([name, what]) => ['.TP', `.B ${escaped(name)}`, escaped(what)]),
    '.SH EXIT STATUS',
    ...man.exits.flatMap(([code, what]) => ['.TP', `.B ${code}`, escaped(what)]),
    '.SH SEE ALSO',
    escaped(man.seeAlso),
    '',
  ].join('\n');
}

function shellCommand(command: Command, path: string): string[] {
  const name = `${path} ${command.name()}`.trim();
  if (command.commands.length > 0) return command.commands.flatMap((one) => shellCommand(one, name));
  const help = command.createHelp();
  const args = command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`));
  return [
    '.SS',
    `heimdall ${escaped([name, ...args].join(' '))}`,
    escaped(command.description()),
    ...help
      .visibleOptions(command)
      .filter(({ long }) => long !== '--help')
      .flatMap((option) => ['.TP', `.B ${escaped(option.flags)}`, escaped(help.optionDescription(option))]),
  ];
}

/** A line that begins with `.` or `'` is a request to roff, `\` begins an escape, and `-` would become a hyphen. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('\n', ' ').replace(/^[.']/, '\\&$&');
}
