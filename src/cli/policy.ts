/**
 * `heimdall policy`: matches entities against rules from files (`match`), and builds a server ACL from them (`acl`).
 * The formats are described in docs/operate/policy.md.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Readable, Writable } from 'node:stream';
import { Command } from 'commander';
import {
  buildServerAcl,
  createPolicy,
  proposeCoveringGlobs,
  type EntityKind,
  type PolicyEvent,
} from '../policy/index.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { LineWriter } from '../util/line-writer.js';
import { answerLines, eachLine, formatLineError, LineError, parseLine } from '../util/ndjson.js';
import { entityAnswers } from './entity-answers.js';
import { RuleFile } from './rule-file.js';
import { policyTexts } from './texts.js';

/** The commands' input and output; tests pass their own. */
export interface PolicyStreams {
  stdin: Readable;
  stdout: Writable;
  stderr: Writable;
}

interface MatchOptions {
  rules: string;
  entities: string;
  output?: string;
}
interface AclOptions {
  rules: string;
  serverName: string;
  mustAllow: string[];
}

/** The command for commander; its exit code is 1 when a line could not be read. */
export function policyCommand(streams: PolicyStreams = process): Command {
  const command = new Command('policy').description(
    'ask policy lists from files: what they say of entities, and the server ACL they make',
  );
  command
    .command('match')
    .description('say for each entity which rule answers: {"entity", "action", "rule"}')
    .requiredOption('--rules <file>', 'NDJSON of policy state events in the order they came; - is stdin')
    .requiredOption('--entities <file>', 'NDJSON of {"kind": "user|room|server", "entity"}; - is stdin')
    .option('--output <file>', 'where the answers go instead of stdout')
    .action(async (options: MatchOptions) => {
      process.exitCode = await runMatch(options, streams);
    });
  command
    .command('acl')
    .description('print the m.room.server_acl content that the server rules make; warnings go to stderr')
    .requiredOption('--rules <file>', 'NDJSON of policy state events in the order they came; - is stdin')
    .requiredOption('--server-name <name>', 'our own server, with its port if it has one')
    .option(
      '--must-allow <name>',
      'a server that must never be shut out (may be given many times)',
      (name: string, before: string[]) => [...before, name],
      [],
    )
    .action(async (options: AclOptions) => {
      process.exitCode = await runAcl(options, streams);
    });
  return command;
}

/** Answers each entity. @returns the exit code: 1 when a line of either file could not be read */
async function runMatch(options: MatchOptions, streams: PolicyStreams): Promise<number> {
  if (options.rules === '-' && options.entities === '-')
    throw new HeimdallError('HEIMDALL_E_USAGE', policyTexts.bothStdin, policyTexts.bothStdinRemedy);
  const file = new RuleFile(eventOf);
  const errors = await readRules(
    options.rules,
    streams,
    (event) => file.add(event),
    (bytes, at) => file.note(bytes, at),
  );
  file.finish();
  const output =
    options.output === undefined || options.output === '-' ? streams.stdout : createWriteStream(options.output);
  const answered = await reading(options.entities, () =>
    answerLines(inputOf(options.entities, streams), output, ...entityAnswers(file, entityOf)),
  );
  if (output !== streams.stdout) {
    output.end();
    await finished(output);
  }
  return errors + answered.errors > 0 ? 1 : 0;
}

/**
 * Prints one ACL content on stdout, and omissions on stderr. @returns the exit code: 1 when a line could not be read
 */
async function runAcl(options: AclOptions, streams: PolicyStreams): Promise<number> {
  if (options.serverName === '')
    throw new HeimdallError('HEIMDALL_E_USAGE', policyTexts.noServerName, policyTexts.noServerNameRemedy);
  const policy = createPolicy();
  const errors = await readRules(options.rules, streams, (event) => policy.apply(event));
  const plan = buildServerAcl(policy.rules({ kind: 'server' }), {
    ownServer: options.serverName,
    mustAllow: options.mustAllow,
  });
  const { allow, deny, allow_ip_literals } = plan.content;
  const warnings = new LineWriter(streams.stderr);
  for (const warning of plan.warnings) await warnings.write(warning);
  if (plan.leftOut > 0) {
    for (const { glob, standsFor } of proposeCoveringGlobs(policy.rules({ kind: 'server' }), plan.content))
      await warnings.write(policyTexts.couldStandFor(glob, standsFor));
  }
  await warnings.flush();
  const output = new LineWriter(streams.stdout);
  await output.write(JSON.stringify({ allow, deny, allow_ip_literals }));
  await output.flush();
  return errors > 0 ? 1 : 0;
}

/**
 * By hand, not by zod: these two validate every line of files with a hundred thousand of them, and loading zod takes as
 * long as 20,000 lines.
 */
function entityOf(value: unknown): { kind: EntityKind; entity: string } {
  if (isObject(value)) {
    const { kind, entity } = value;
    if ((kind === 'user' || kind === 'room' || kind === 'server') && typeof entity === 'string')
      return { kind, entity };
  }
  throw new LineError('HEIMDALL_E_LINE_FORM', policyTexts.entityForm);
}

/** Any object is a valid line of rules: other events are ignored, and events without a rule are not errors. */
function eventOf(value: unknown): PolicyEvent {
  if (!isObject(value)) throw new LineError('HEIMDALL_E_LINE_FORM', policyTexts.notAnObject);
  const { type, state_key, content, sender, event_id, room_id } = value;
  return {
    type: textOf(type) ?? '',
    state_key,
    content,
    sender: textOf(sender),
    event_id: textOf(event_id),
    room_id: textOf(room_id),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/**
 * Reads a file of rules. Lines of rules have no answers, so their errors go to stderr, in the same format.
 * @param quick reads lines from their bytes, see `eachLine`
 * @returns how many lines could not be read
 */
async function readRules(
  file: string,
  streams: PolicyStreams,
  add: (event: PolicyEvent) => void,
  quick: (bytes: Buffer, at: number) => number = () => -1,
): Promise<number> {
  const complaints = new LineWriter(streams.stderr);
  let errors = 0;
  await reading(file, () =>
    eachLine(inputOf(file, streams), quick, (line) => {
      if (line === undefined) return;
      try {
        add(eventOf(parseLine(line)));
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        errors += 1;
        return complaints.write(formatLineError(line.line, error));
      }
    }),
  );
  await complaints.flush();
  return errors;
}

function inputOf(file: string, streams: PolicyStreams): Readable {
  return file === '-' ? streams.stdin : createReadStream(file, { highWaterMark: 1 << 18 });
}

/** Adds the file's name to a read error. */
async function reading<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (
      typeof error !== 'object' ||
      error === null ||
      !('syscall' in error) ||
      (error.syscall !== 'open' && error.syscall !== 'read')
    )
      throw error;
    throw new HeimdallError(
      'HEIMDALL_E_FILE',
      policyTexts.cannotRead(file, messageOf(error)),
      policyTexts.cannotReadRemedy,
      { cause: error },
    );
  }
}
