import { Router } from 'express';
import { h } from 'preact';
import { ConfirmPage, DonePage, type Answer, type Planned } from '../desk/answers.js';
import type { PagesDeps } from '../deps.js';
import { caseOf, isOffered, withReason } from '../desk-commands.js';
import { NothingPage } from '../public/status.js';
import { field, fields, readForm, show } from '../request.js';
import type { CasePages } from './case.js';
import { WAITING } from './cases.js';
import type { Sessions } from './session.js';

const MOST_COMMANDS = 100;

/** Actions on cases: previewed, then carried out as commands. */
export function caseCommandRoutes(deps: PagesDeps, sessions: Sessions, casePages: CasePages): Router {
  const router = Router();
  const signedIn = sessions.signedIn.bind(sessions);

  router.post(
    '/bulk',
    readForm,
    signedIn(async (request, response, viewer) => {
      const what = field(request, 'what');
      const ids = [...new Set(fields(request, 'case'))].filter((id) => /^\d{1,15}$/.test(id)).slice(0, MOST_COMMANDS);
      const commands = ids.map((id) =>
        what === 'ban' ? `ban case ${id}` : what === 'close' ? `close ${id}` : `dismiss ${id}`,
      );
      if (commands.length === 0) return response.redirect(303, '/cases');
      show(response, h(ConfirmPage, { viewer, planned: await planOf(deps, commands), back: '/cases' }));
    }),
  );

  router.post(
    '/do',
    readForm,
    signedIn(async (request, response, viewer) => {
      const shortcodes = deps.lists.rooms().flatMap((roomId) => deps.lists.shortcodeOf(roomId) ?? []);
      const reason = field(request, 'reason');
      const commands = [...new Set(fields(request, 'command'))]
        .filter(isOffered)
        .map((command) => withReason(command, reason, shortcodes))
        .slice(0, MOST_COMMANDS);
      const [first] = commands;
      if (first === undefined) return show(response, h(NothingPage, { language: viewer.language }), 400);
      const back = commands.length === 1 ? `/cases/${caseOf(first)}` : '/cases';
      const confirmed = field(request, 'confirmed');
      if (confirmed !== 'yes' && confirmed !== 'next')
        return show(response, h(ConfirmPage, { viewer, planned: await planOf(deps, commands), back }));
      const answers: Answer[] = [];
      for (const command of commands) answers.push({ command, html: await deps.execute(viewer.userId, command) });
      const next = await nextAfter(deps, commands.map(caseOf));
      if (confirmed === 'next' && next !== undefined) return casePages.show(response, viewer, next, { answers });
      show(response, h(DonePage, { viewer, answers, back, next }));
    }),
  );
  return router;
}

/** The subjects of commands and their rooms, for the preview. */
async function planOf({ ledger, rooms: known }: PagesDeps, commands: readonly string[]): Promise<Planned[]> {
  const planned: Planned[] = [];
  for (const command of commands) {
    const record = await ledger.caseById(caseOf(command));
    const subject = record?.subject ?? '–';
    const rooms = [...known.all()].filter((room) =>
      ['join', 'invite', 'knock'].includes(room.members.get(subject)?.membership ?? ''),
    ).length;
    planned.push({ command, subject, rooms });
  }
  return planned;
}

/** The most recently changed case that is waiting for a decision, except these. */
async function nextAfter({ ledger }: PagesDeps, done: readonly number[]): Promise<number | undefined> {
  const { cases } = await ledger.casePage({ states: WAITING, offset: 0, limit: done.length + 1 });
  return cases.find(({ id }) => !done.includes(id))?.id;
}
