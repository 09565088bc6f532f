import { incomingReport, type Report } from '../reports/report.js';
import { eventHere, written, type NamedEvent } from './args/index.js';
import { usageError, type Reading } from './args/reading.js';
import { readTargets } from './args/targets.js';
import type { Entity } from './args/entity.js';
import { eventOf } from './event.js';
import { command, type Arg, type Command } from './spec.js';
import { reportTexts } from './texts/reports.js';
import type { Services } from './types.js';

type What = { event: NamedEvent } | { entity: Entity };

/** A message by its link or by a reply; else an account, a room or a server. */
function what(): Arg<What> {
  return {
    kind: 'entity',
    label: 'USER|ROOM|SERVER|EVENT',
    optional: false,
    async read(reading: Reading): Promise<What> {
      const event = await eventHere(reading);
      if (event !== undefined) return { event };
      const { targets } = await readTargets(reading, { single: true });
      const [entity] = targets;
      if (entity === undefined) throw usageError(reportTexts.what, reportTexts.forms);
      return { entity };
    },
  };
}

const report = command({
  name: 'report',
  group: 'Cases',
  role: 'moderator',
  summary: 'Makes a report, as a user could: it opens a case or joins one, and goes to the abuse desk.',
  args: { what: what(), reason: written('[REASON]') },
  options: {},
  examples: ['report @spammer:evil.example sends scam links by direct message', 'report #spam:evil.example scam'],
  async run(services, { args, invocation }) {
    const about =
      'event' in args.what ? await byEvent(services, args.what.event) : await byEntity(services, args.what.entity);
    const complaint: Report = {
      ...about,
      reporter: invocation.sender,
      reason: args.reason,
      source: 'direct',
      at: services.clock(),
    };
    await services.report(incomingReport(complaint));
    const found = (await services.ledger.cases({ subject: about.subject, limit: 1 }))[0];
    return [
      { line: found === undefined ? reportTexts.kept(about.subject) : reportTexts.taken(about.subject, found.id) },
    ];
  },
});

type About = Pick<Report, 'subjectKind' | 'subject' | 'roomId' | 'eventId' | 'event'>;

async function byEvent(services: Services, named: NamedEvent): Promise<About> {
  const { roomId, eventId } = named;
  const event = await eventOf(services, named);
  return { subjectKind: 'user', subject: event.sender, roomId, eventId, event: { ...event } };
}

async function byEntity({ homeserver }: Services, { kind, entity }: Entity): Promise<About> {
  if (kind !== 'room') return { subjectKind: kind, subject: entity };
  const roomId = entity.startsWith('#') ? await homeserver.resolveAlias(entity) : entity;
  if (roomId === undefined) throw usageError(reportTexts.what, reportTexts.forms);
  return { subjectKind: 'room', subject: roomId, roomId };
}

export const reportCommands: readonly Command[] = [report];
