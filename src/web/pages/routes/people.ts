import { Router } from 'express';
import { h } from 'preact';
import { z } from 'zod';
import { serverNameOf } from '../../../matrix/identifiers.js';
import { urlPath } from '../../../matrix/url-path.js';
import type { EntityKind } from '../../../policy/types.js';
import { reportFindingSchema, verdictFindingSchema } from '../../../store/findings.js';
import type { CaseRecord } from '../../../store/records/cases.js';
import { PersonPage, ServerPage, type Look, type RuleAbout } from '../desk/people.js';
import { CASE_STATES } from '../desk/cases.js';
import type { PagesDeps } from '../deps.js';
import { NothingPage } from '../public/status.js';
import { show } from '../request.js';
import { caseNumberIn, placesOf } from './case.js';
import type { Sessions } from './session.js';

const LOOKS_READ = 50;
const RELATED_SHOWN = 20;
const CASES_SHOWN = 50;
const PLACES_SHOWN = 100;
const RULES_SHOWN = 20;
const ADMIN_TIMEOUT_MS = 3_000;
/** Synapse returns seconds here, other homeservers with the same API milliseconds. */
const SECONDS_UNTIL = 100_000_000_000;

const account = z.object({ creation_ts: z.number().nonnegative() });

/** Pages on a case's account and server: their URLs contain the case number, and so no user id. */
export function peopleRoutes(deps: PagesDeps, sessions: Sessions): Router {
  const { ledger } = deps;
  const router = Router();
  const signedIn = sessions.signedIn.bind(sessions);

  const caseIn = async (id: number | undefined): Promise<CaseRecord | undefined> =>
    id === undefined ? undefined : ledger.caseById(id);

  router.get(
    '/cases/:id/person',
    signedIn(async (request, response, viewer) => {
      const record = await caseIn(caseNumberIn(request));
      if (record?.subjectKind !== 'user') return show(response, h(NothingPage, { language: viewer.language }), 404);
      const [related, looks, madeAt, [first]] = await Promise.all([
        ledger.relatedCases(record.id, RELATED_SHOWN),
        looksOf(deps, record.id),
        madeAtOf(deps, record.subject),
        ledger.findingsOf(record.id, 1),
      ]);
      show(
        response,
        h(PersonPage, {
          viewer,
          userId: record.subject,
          cases: [record, ...related],
          madeAt,
          firstSeen: first?.seenAt,
          looks,
          places: placesOf(deps, record.subject).slice(0, PLACES_SHOWN),
          rules: rulesAbout(deps, 'user', record.subject),
        }),
      );
    }),
  );

  router.get(
    '/cases/:id/server',
    signedIn(async (request, response, viewer) => {
      const record = await caseIn(caseNumberIn(request));
      const server = record?.subjectKind === 'server' ? record.subject : serverNameOf(record?.subject ?? '');
      if (server === undefined) return show(response, h(NothingPage, { language: viewer.language }), 404);
      const { cases, total } = await ledger.casePage({ states: CASE_STATES, server, offset: 0, limit: CASES_SHOWN });
      show(
        response,
        h(ServerPage, {
          viewer,
          server,
          cases,
          total,
          rooms: await membersOf(deps, server),
          rules: rulesAbout(deps, 'server', server),
        }),
      );
    }),
  );
  return router;
}

/** Changes of name and picture, newest first. */
async function looksOf({ ledger }: PagesDeps, caseId: number): Promise<Look[]> {
  const [verdicts, reports] = await Promise.all([
    ledger.newestFindings(caseId, 'verdict', LOOKS_READ),
    ledger.newestFindings(caseId, 'report', LOOKS_READ),
  ]);
  const looks = [
    ...verdicts.flatMap(({ data }): Look[] => {
      const found = verdictFindingSchema.safeParse(data).data;
      if (found === undefined) return [];
      const { displayName = null, avatarUrl = null } = found.sighting;
      return [{ at: found.where.at, displayName, avatarUrl, where: found.where.roomId ?? '–' }];
    }),
    ...reports.flatMap(({ data, seenAt }): Look[] => {
      const { profile, roomId } = reportFindingSchema.safeParse(data).data ?? {};
      return profile === undefined ? [] : [{ at: seenAt, ...profile, where: roomId ?? '–' }];
    }),
  ].sort((a, b) => a.at - b.at);
  return looks
    .filter((look, index) => {
      const before = looks[index - 1];
      return before?.displayName !== look.displayName || before.avatarUrl !== look.avatarUrl;
    })
    .reverse();
}

/** When a local account was created, from the admin API. */
async function madeAtOf({ homeserver }: PagesDeps, userId: string): Promise<number | undefined> {
  if (serverNameOf(userId) !== homeserver.serverName) return undefined;
  try {
    const answer = await homeserver.request('GET', urlPath`/_synapse/admin/v2/users/${userId}`, {
      admin: true,
      timeoutMs: ADMIN_TIMEOUT_MS,
    });
    const { creation_ts: made } = account.parse(answer);
    return made < SECONDS_UNTIL ? made * 1000 : made;
  } catch {
    // no admin rights, another homeserver, no response: the page shows it as unknown
    return undefined;
  }
}

/** How many members of a server are in each protected room; other work runs between rooms. */
async function membersOf({ rooms }: PagesDeps, server: string) {
  const found: { roomId: string; name: string | null; members: number }[] = [];
  for (const room of rooms.all()) {
    let members = 0;
    for (const [userId, { membership }] of room.members)
      if (membership === 'join' && userId.endsWith(`:${server}`) && serverNameOf(userId) === server) members += 1;
    if (members > 0) found.push({ roomId: room.roomId, name: room.name ?? room.canonicalAlias, members });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return found.sort((a, b) => b.members - a.members).slice(0, PLACES_SHOWN);
}

function rulesAbout({ lists }: PagesDeps, kind: EntityKind, entity: string): RuleAbout[] {
  return lists
    .matching(kind, entity)
    .slice(0, RULES_SHOWN)
    .map((rule) => ({
      action: rule.action,
      entity: rule.entity ?? `sha256:${rule.sha256 ?? ''}`,
      list: rule.roomId === undefined ? '–' : (lists.shortcodeOf(rule.roomId) ?? rule.roomId),
      reason: (rule.reason ?? '').slice(0, 200),
    }));
}
