/** Output of `heimdall run` on a terminal: the log's JSON lines as sentences, and what it is waiting for. */
import { texts } from './texts.js';

export interface Terminal {
  write(text: string): unknown;
  columns?: number | undefined;
}

const MARKS: Record<number, string> = { 30: ' ', 40: '!', 50: '✗', 60: '✗' };
const COLOURS: Record<number, string> = { 40: '\u001b[33m', 50: '\u001b[31m', 60: '\u001b[31m' };
const PLAIN = '\u001b[0m';
const CLEAR_LINE = '\r\u001b[K';
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 250;
/** messages that start a wait, until `ready` or another one */
const WAITS: ReadonlySet<string> = new Set(['start-up waits', 'not ready', 'standing by', 'no events arrive']);
const ENDS: ReadonlySet<string> = new Set([
  'ready',
  'back in the management room',
  'events arrive again',
  'taking over',
]);
/** fields that add nothing to the sentence */
const HIDDEN: ReadonlySet<string> = new Set([
  'level',
  'time',
  'msg',
  'reason',
  'reasons',
  'error',
  'step',
  'found',
  'remedy',
]);

/** A destination for pino. `stop` removes the waiting line. */
export class TerminalLog {
  readonly #terminal: Terminal;
  readonly #clock: () => number;
  readonly #colours: boolean;
  #waitingFor: { what: string; since: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;

  constructor(
    terminal: Terminal,
    { clock = Date.now, colours = true }: { clock?: () => number; colours?: boolean } = {},
  ) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#colours = colours;
  }

  write(line: string): void {
    const entry = parsed(line);
    if (entry === undefined) return void this.#terminal.write(`${CLEAR_LINE}${line}`);
    this.#terminal.write(`${CLEAR_LINE}${this.#readable(entry)}\n`);
    if (WAITS.has(entry.msg)) this.#wait(reasonsOf(entry).join(' '));
    else if (ENDS.has(entry.msg)) this.stop();
    this.#draw();
  }

  /** Writes something other than a log line. */
  say(text: string): void {
    this.#terminal.write(`${CLEAR_LINE}${text}`);
    this.#draw();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#waitingFor !== undefined) this.#terminal.write(CLEAR_LINE);
    this.#waitingFor = undefined;
  }

  #wait(what: string): void {
    this.#waitingFor = { what, since: this.#waitingFor?.since ?? this.#clock() };
    this.#timer ??= setInterval(() => this.#draw(), FRAME_MS).unref();
  }

  #draw(): void {
    if (this.#waitingFor === undefined) return;
    this.#frame = (this.#frame + 1) % SPINNER.length;
    const { what, since } = this.#waitingFor;
    const text = `${SPINNER[this.#frame]} ${texts.run.waiting(Math.round((this.#clock() - since) / 1000), what)}`;
    const width = Math.max(20, this.#terminal.columns ?? 80) - 1;
    this.#terminal.write(`${CLEAR_LINE}${[...text].slice(0, width).join('')}`);
  }

  #readable(entry: Entry): string {
    const time = entry.time.slice(11, 19);
    const reasons = reasonsOf(entry);
    const colour = this.#colours ? (COLOURS[entry.level] ?? '') : '';
    const details = Object.entries(entry.fields)
      .filter(([key]) => !HIDDEN.has(key))
      .map(([key, value]) => harmless(`${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`))
      .join(' ');
    const head = `${time} ${MARKS[entry.level] ?? ' '} ${entry.msg}${details === '' ? '' : `  ${details}`}`;
    const lines = [head, ...reasons.map((reason) => `           → ${reason}`)];
    return `${colour}${lines.join('\n')}${colour === '' ? '' : PLAIN}`;
  }
}

interface Entry {
  level: number;
  time: string;
  msg: string;
  fields: Record<string, unknown>;
}

function parsed(line: string): Entry | undefined {
  try {
    const fields = JSON.parse(line) as Record<string, unknown>;
    const { level, time, msg } = fields;
    if (typeof level !== 'number' || typeof time !== 'string' || typeof msg !== 'string') return undefined;
    return { level, time, msg, fields };
  } catch {
    return undefined;
  }
}

/** Untrusted text must not control the terminal. */
function harmless(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

/** The cause: the reasons if any, a finding with its remedy, else the error. */
function reasonsOf({ fields: { reasons, reason, error, found, remedy } }: Entry): string[] {
  const all = Array.isArray(reasons) ? reasons : found === undefined ? [reason ?? error] : [found, remedy];
  return all.filter((one) => typeof one === 'string').map(harmless);
}
