import type { ReceivedMail } from './mailbox.js';
import { managementTimeline } from './evidence.js';
import type { Outcome } from './outcome.js';
import type { Scene } from './scenes/index.js';
import type { RoomEvent } from './synapse/person.js';
import { indent, seconds, visible, type Terminal } from './terminal.js';
import type { World } from './world.js';

/** What the sandbox tells its audience. */

export function tellOutcome(terminal: Terminal, { act, userId, effects, caught, took }: Outcome): void {
  terminal.line(`     ${terminal.bold(userId)}`);
  terminal.line(`     as "${visible(act.displayName)}"`);
  terminal.line(`     ${act.told}`);
  for (const { after, told } of [...effects].sort(
    (one, other) => (one.after ?? Infinity) - (other.after ?? Infinity),
  )) {
    const mark = after === undefined ? terminal.bad('✗') : terminal.good('✓');
    const when = after === undefined ? '   –  ' : seconds(after).padStart(6);
    terminal.line(`       ${mark} ${terminal.dim(when)}  ${visible(told)}`);
  }
  terminal.line(
    caught
      ? `     ${terminal.good('caught')} ${userId} in ${seconds(took)}`
      : `     ${terminal.bad('GOT AWAY')} ${userId}`,
  );
}

export function tellSummary(
  terminal: Terminal,
  scenes: readonly Scene[],
  outcomes: readonly Outcome[],
  harm: readonly string[],
): void {
  terminal.heading('Summary');
  const width = Math.max(...outcomes.map(({ userId }) => userId.length));
  for (const [index, { caught, took, userId }] of outcomes.entries()) {
    const verdict = caught ? terminal.good('✓ caught  ') : terminal.bad('✗ GOT AWAY');
    terminal.line(
      `  ${verdict} ${userId.padEnd(width)}  ${caught ? seconds(took).padStart(6) : '     –'}  ${scenes[index]?.title ?? ''}`,
    );
  }
  terminal.line(
    harm.length === 0
      ? `  ${terminal.good('✓')} nobody else came to harm: no rule, ban, report, mail or notice about anybody else, and nothing twice`
      : `  ${terminal.bad('✗')} harm was done:`,
  );
  for (const line of harm) terminal.line(`      ${visible(line)}`);
}

interface Relation {
  rel_type?: string;
  event_id?: string;
  key?: string;
}

function relationOf({ content }: RoomEvent): Relation {
  return (content['m.relates_to'] as Relation | undefined) ?? {};
}

/** What a client would show of an event; undefined for what it hides. */
function shown(event: RoomEvent): string | undefined {
  if (event.type === 'm.reaction') return `reacts with ${relationOf(event).key ?? '?'}`;
  if (event.type !== 'm.room.message') return undefined;
  return visible(String(event.content.body));
}

/** The timeline with edits in the place of what they edit, as a client shows it. */
function withEdits(timeline: readonly RoomEvent[]): RoomEvent[] {
  const newest = new Map<string, unknown>();
  for (const event of timeline) {
    const { rel_type: type, event_id: target } = relationOf(event);
    if (type === 'm.replace' && target !== undefined) newest.set(target, event.content['m.new_content']);
  }
  return timeline
    .filter((event) => relationOf(event).rel_type !== 'm.replace')
    .map((event) =>
      newest.has(event.event_id)
        ? { ...event, content: { ...event.content, ...(newest.get(event.event_id) as object) } }
        : event,
    );
}

function nameOf(userId: string): string {
  return userId.slice(1, userId.indexOf(':'));
}

export function tellMessage(terminal: Terminal, event: RoomEvent): void {
  const text = shown(event);
  // An edit says again what stands there already, with a word changed: not worth a second telling.
  if (text === undefined || relationOf(event).rel_type === 'm.replace') return;
  const time = new Date(event.origin_server_ts).toISOString().slice(11, 19);
  const [first = '', ...rest] = text.split('\n');
  terminal.line(`  ${terminal.dim(time)} ${terminal.bold(nameOf(event.sender).padEnd(9))} ${first}`);
  if (rest.length > 0) terminal.line(indent(rest.join('\n'), ' '.repeat(21)));
}

export async function tellTranscript(terminal: Terminal, world: World): Promise<RoomEvent[]> {
  terminal.heading('The management room, as its moderators see it (times in UTC)');
  const timeline = await managementTimeline(world);
  for (const event of withEdits(timeline)) tellMessage(terminal, event);
  return timeline;
}

export function tellMail(terminal: Terminal, mail: ReceivedMail | undefined): void {
  if (mail === undefined) return;
  terminal.heading('One of the mails, as it lies in the mailbox of the abuse desk');
  const { parsed } = mail;
  const headers: [string, string | undefined][] = [
    ['From', parsed.from?.text],
    ['To', mail.envelopeTo.join(', ')],
    ['Subject', parsed.subject],
    ['Message-ID', parsed.messageId],
    ['Envelope', mail.envelopeFrom],
  ];
  for (const [name, value] of headers)
    terminal.line(`  ${terminal.dim(`${name}:`.padEnd(12))}${visible(value ?? '–')}`);
  terminal.line();
  terminal.line(indent(visible((parsed.text ?? '').trimEnd()), '  │ '));
  const parts = parsed.attachments.map((part) => `${part.filename ?? part.contentType} (${part.size} bytes)`);
  if (parts.length > 0) terminal.line(`  ${terminal.dim(`with it: ${parts.join(', ')}`)}`);
}

export function tellAddresses(terminal: Terminal, world: World, link: string): void {
  const { asgard, jotunheim, admin, moderators, people } = world;
  terminal.heading('Look for yourself, with any Matrix client');
  terminal.line(
    `  homeserver ${terminal.bold(asgard.url)} (asgard.test) or ${terminal.bold(jotunheim.url)} (jotunheim.test); at both, log in with a password:`,
  );
  const row = (person: { userId: string; password: string }, role: string): void =>
    terminal.line(`    ${person.userId.padEnd(32)} ${person.password.padEnd(18)} ${role}`);
  row(moderators.freya, `moderator: in the management room (#watchtower:${asgard.serverName})`);
  row(moderators.tyr, 'moderator');
  row(people.sif, `ordinary person: in the lobby (${world.lobbyAlias})`);
  row(people.skadi, 'ordinary person of the other homeserver');
  row(admin.person, 'server admin');
  terminal.line(`  abuse desk     smtp://127.0.0.1:${world.mailbox.port} (everything sent there arrives)`);
  terminal.line(`  Heimdall       ${world.heimdall.url}/readyz   log: ${world.dir}/heimdall/heimdall.log`);
  terminal.line(`  web pages      ${world.pagesUrl}/   is an account official? Reports, figures: open to all`);
  terminal.line(`  the cases      ${link}   (freya's: works once, for 10 minutes; more: !heimdall web)`);
  terminal.line(
    '  Try it: let sif take the name "Asgard (Official Account)", or give a command as freya: !heimdall help',
  );
}
