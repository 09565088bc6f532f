/**
 * `heimdall completion SHELL`: a script that completes commands, options and file names, generated from the commands.
 */
import { Argument, Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** One command with its possible continuations. */
interface Place {
  /** the words before, e.g. `config check`; empty for the program itself */
  path: string;
  commands: { name: string; about: string }[];
  options: { flags: string[]; about: string; takes: 'nothing' | 'file' | 'value' }[];
  /** possible values of the first argument */
  words: readonly string[];
}

/** The command for commander; `program` creates the whole program with all its commands. */
export function completionCommand(
  program: () => Promise<Command>,
  print: (text: string) => void = (text) => void process.stdout.write(text),
): Command {
  return new Command('completion')
    .description('print a script that lets a shell complete the commands and options of heimdall')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action(async (shell: Shell) => print(completionScript(await program(), shell)));
}

/** The script for a shell. It contains all names, so that completion starts no process. */
export function completionScript(program: Command, shell: Shell): string {
  const places = placesOf(program);
  return { bash, zsh, fish }[shell](places);
}

function placesOf(command: Command, path = ''): Place[] {
  const options = command.createHelp().visibleOptions(command);
  return [
    {
      path,
      commands: command.commands.map((one) => ({ name: one.name(), about: one.description() })),
      options: options.map((option) => ({
        flags: [option.short, option.long].filter((flag) => flag != null),
        about: option.description,
        takes: /[<[]file/.test(option.flags) ? 'file' : /[<[]/.test(option.flags) ? 'value' : 'nothing',
      })),
      words: command.registeredArguments[0]?.argChoices ?? [],
    },
    ...command.commands.flatMap((one) => placesOf(one, `${path} ${one.name()}`.trim())),
  ];
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const flagsOf = ({ options }: Place, ...takes: string[]): string[] =>
  options.filter((option) => takes.includes(option.takes)).flatMap(({ flags }) => flags);
const wordsOf = ({ commands, words, options }: Place): string[] => [
  ...commands.map(({ name }) => name),
  ...words,
  ...options.flatMap(({ flags }) => flags),
];

/** The words that select a command; everything else on the line is an option, its value or an argument. */
const pathsPattern = (places: readonly Place[]): string =>
  places.flatMap(({ path }) => (path === '' ? [] : [quoted(path)])).join('|');

function bash(places: readonly Place[]): string {
  return `# bash completion for heimdall. Load it: source <(heimdall completion bash)
_heimdall() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" place="" word
  local values="" files="" words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${place:+$place }$word" in
      ${pathsPattern(places)}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place" in
${places
  .map(
    (place) =>
      `    ${quoted(place.path)}) words=${quoted(wordsOf(place).join(' '))} files=${quoted(flagsOf(place, 'file').join(' '))} ` +
      `values=${quoted(flagsOf(place, 'value').join(' '))} ;;`,
  )
  .join('\n')}
  esac
  COMPREPLY=()
  case " $values " in *" $before "*) return ;; esac
  case " $files " in *" $before "*) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;; esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _heimdall heimdall
`;
}

function zsh(places: readonly Place[]): string {
  const described = (name: string, about: string): string => quoted(`${name.replaceAll(':', '\\:')}:${about}`);
  return `#compdef heimdall
# zsh completion for heimdall. Load it: source <(heimdall completion zsh)
_heimdall() {
  local place="" word
  local before="\${words[CURRENT-1]}"
  local -a follow values files
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${place:+$place }$word" in
      ${pathsPattern(places)}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place" in
${places
  .map(
    (place) => `    ${place.path === '' ? "''" : quoted(place.path)})
      follow=(${[
        ...place.commands.map(({ name, about }) => described(name, about)),
        ...place.words.map((word) => quoted(word)),
        ...place.options.flatMap(({ flags, about }) => flags.map((flag) => described(flag, about))),
      ].join(' ')})
      files=(${flagsOf(place, 'file').join(' ')})
      values=(${flagsOf(place, 'value').join(' ')}) ;;`,
  )
  .join('\n')}
  esac
  if (( \${values[(Ie)$before]} )); then return; fi
  if (( \${files[(Ie)$before]} )); then _files; return; fi
  _describe 'heimdall' follow
}
if [ "$funcstack[1]" = "_heimdall" ]; then _heimdall "$@"; else compdef _heimdall heimdall; fi
`;
}

function fish(places: readonly Place[]): string {
  const text = (about: string): string => `'${about.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = places.flatMap((place) => {
    const when = `-n ${text(`__heimdall_at "${place.path}"`)}`;
    return [
      ...place.commands.map(({ name, about }) => `complete -c heimdall ${when} -a ${name} -d ${text(about)}`),
      ...place.words.map((word) => `complete -c heimdall ${when} -a ${word}`),
      ...place.options.map(({ flags, about, takes }) => {
        const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
        const value = { nothing: '', value: ' -x', file: ' -r -F' }[takes];
        return `complete -c heimdall ${when} ${names.join(' ')}${value} -d ${text(about)}`;
      }),
    ];
  });
  const paths = places.flatMap(({ path }) => (path === '' ? [] : [text(path)])).join(' ');
  return `# fish completion for heimdall. Load it: heimdall completion fish | source
function __heimdall_at --description 'whether the words so far lead to this command'
  set -l place ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim -- "$place $word")
    contains -- $next ${paths}; and set place $next
  end
  test "$place" = "$argv[1]"
end
complete -c heimdall -f
${lines.join('\n')}
`;
}
