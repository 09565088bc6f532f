import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { harmDone, outcomeOf, type Outcome } from './outcome.js';
import { SCENES } from './scenes/index.js';
import { tellAddresses, tellMail, tellMessage, tellOutcome, tellSummary, tellTranscript } from './story.js';
import { signInLink } from './pages.js';
import { managementTimeline } from './evidence.js';
import { createTerminal, type Terminal } from './terminal.js';
import { sleep } from './wait.js';
import { buildWorld, Closers, freshDir, type World } from './world.js';

const USAGE = `npm run sandbox            play the attack, then stay up until Ctrl-C
npm run sandbox -- --once  play the attack and end: 0 when every impostor was caught and nobody else was, else 1
npm run sandbox -- --keep  keep the folder of this run (databases, logs) under .sandbox/`;

/**
 * Ends everything on SIGINT and SIGTERM, and when npm, which started us, is gone without a word.
 * A second Ctrl-C ends at once; children are killed on exit in any case (child.ts).
 */
function endOnSignals(terminal: Terminal, end: (code: number) => Promise<void>): void {
  let ending = false;
  const onSignal = (name: string, code: number): void => {
    if (ending) process.exit(code);
    ending = true;
    terminal.line(`\n${name}: everything is being stopped`);
    void end(code);
  };
  process.on('SIGINT', () => onSignal('Ctrl-C', 130));
  process.on('SIGTERM', () => onSignal('SIGTERM', 143));
  process.on('SIGHUP', () => onSignal('SIGHUP', 129));
  if (process.env.npm_lifecycle_event === 'sandbox') {
    const before = ancestry();
    setInterval(() => {
      if (ancestry() !== before && !ending) onSignal('npm is gone', 143);
    }, 500).unref();
  }
}

/**
 * Our parent and, where /proc tells, its parent: npm starts us through a shell that may outlive it.
 * A string, to be compared.
 */
function ancestry(): string {
  try {
    // /proc/<pid>/stat: "pid (name, which may hold anything) state ppid …"
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? ''}`;
  } catch {
    return String(process.ppid);
  }
}

async function playAll(terminal: Terminal, world: World): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [index, scene] of SCENES.entries()) {
    terminal.line(`\n  ${terminal.bold(`${index + 1}. ${scene.title}`)}`);
    const outcome = await outcomeOf(world, await scene.play(world));
    tellOutcome(terminal, outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** Prints what is new in the management room, for as long as the sandbox stays up. */
async function follow(terminal: Terminal, world: World, seen: Set<string>): Promise<never> {
  for (;;) {
    await sleep(1000);
    const timeline = await managementTimeline(world).catch(() => []);
    for (const event of timeline) {
      if (seen.has(event.event_id)) continue;
      seen.add(event.event_id);
      tellMessage(terminal, event);
    }
  }
}

/** Builds the stage, plays, tells. Resolves with true when every impostor was caught and nobody else was. */
async function perform(
  terminal: Terminal,
  closers: Closers,
  dir: string,
): Promise<{ world: World; well: boolean; seen: Set<string> }> {
  terminal.line(terminal.bold('Heimdall: an attack on a real homeserver, and what becomes of it'));
  terminal.heading('The stage');
  const world = await buildWorld(terminal, closers, dir);
  terminal.heading(
    'The attack, in five disguises (read back from Synapse and the mailbox, never from Heimdall itself)',
  );
  const outcomes = await playAll(terminal, world);
  // A moment for anything that should not come: a second mail, a second notice, a ban of somebody else.
  await sleep(1500);
  const harm = await harmDone(world, new Set(outcomes.map(({ userId }) => userId)));
  const timeline = await tellTranscript(terminal, world);
  tellMail(terminal, world.mailbox.mails[1] ?? world.mailbox.mails[0]);
  tellSummary(terminal, SCENES, outcomes, harm);
  return {
    world,
    well: outcomes.every(({ caught }) => caught) && harm.length === 0,
    seen: new Set(timeline.map((event) => event.event_id)),
  };
}

function tellTrouble(terminal: Terminal, error: unknown, dir: string): void {
  terminal.line(`\n${terminal.bad('The sandbox failed:')} ${error instanceof Error ? error.message : String(error)}`);
  for (let cause = error instanceof Error ? error.cause : undefined; cause instanceof Error; cause = cause.cause)
    terminal.line(`  because: ${cause.message}`);
  const log = path.join(dir, 'heimdall', 'heimdall.log');
  if (!existsSync(log)) return;
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  terminal.line(`\nThe end of Heimdall's log:\n${lines.slice(-15).join('\n')}`);
  tellKept(terminal, dir);
}

/** The sandbox's command line; ends the process itself. */
export async function main(args: readonly string[]): Promise<void> {
  const terminal = createTerminal();
  const unknown = args.filter((arg) => !['--once', '--keep', '--help'].includes(arg));
  if (unknown.length > 0 || args.includes('--help')) {
    terminal.line(unknown.length > 0 ? `unknown: ${unknown.join(' ')}\n${USAGE}` : USAGE);
    process.exit(unknown.length > 0 ? 2 : 0);
  }
  const closers = new Closers();
  const dir = freshDir();
  const end = async (code: number, keep = args.includes('--keep')): Promise<void> => {
    await closers.close();
    if (!keep) rmSync(dir, { recursive: true, force: true });
    process.exit(code);
  };
  endOnSignals(terminal, end);
  try {
    const played = await perform(terminal, closers, dir);
    if (args.includes('--once')) {
      if (!played.well) tellKept(terminal, dir);
      await end(played.well ? 0 : 1, !played.well || args.includes('--keep'));
      return;
    }
    const { moderators, rooms, botUserId } = played.world;
    tellAddresses(
      terminal,
      played.world,
      await signInLink({ moderator: moderators.freya, managementRoom: rooms.management, botUserId }),
    );
    terminal.line(
      `\n${terminal.bold('Everything stays up until Ctrl-C.')} What is new in the management room appears here.\n`,
    );
    await follow(terminal, played.world, played.seen);
  } catch (error) {
    tellTrouble(terminal, error, dir);
    await end(1, true);
  }
}

function tellKept(terminal: Terminal, dir: string): void {
  terminal.line(`\n  Logs and databases of this run are kept in ${dir}`);
}
