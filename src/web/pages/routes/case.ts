import { Router, type Request, type Response } from 'express';
import { h } from 'preact';
import { caseView, type CaseView } from '../../../cases/view.js';
import { powerOf } from '../../../matrix/power.js';
import { mayBeWarnedOf } from '../../../reports/victims.js';
import type { AuditEntry } from '../../../store/records/audit.js';
import type { Answer } from '../desk/answers.js';
import { CasePage } from '../desk/case.js';
import type { CaseContext, Place } from '../desk/case-context.js';
import type { Viewer } from '../desk/frame.js';
import { noteCommand, reasonsFor } from '../desk-commands.js';
import type { PagesDeps } from '../deps.js';
import type { Onlookers } from '../onlookers.js';
import { momentsOf } from '../moments.js';
import { pictureOf } from '../pictures.js';
import { NothingPage } from '../public/status.js';
import { field, readForm, show } from '../request.js';
import { explained } from './explained.js';
import type { Sessions } from './session.js';

const AUDIT_SHOWN = 50;
const RELATED_SHOWN = 10;
const MAILS_SHOWN = 10;
const PLACES_SHOWN = 20;

/** The case number in a URL; undefined for anything else. */
export function caseNumberIn(request: Request): number | undefined {
  const id = /^\d{1,15}$/.exec(String(request.params.id))?.[0];
  return id === undefined ? undefined : Number(id);
}

/** The page of one case. */
export class CasePages {
  constructor(
    private readonly deps: PagesDeps,
    private readonly onlookers: Onlookers,
  ) {}

  routes(sessions: Sessions): Router {
    const router = Router();
    const signedIn = sessions.signedIn.bind(sessions);
    router.get(
      '/cases/:id',
      signedIn((request, response, viewer) =>
        this.show(response, viewer, caseNumberIn(request), { pictureShown: field(request, 'picture') === 'shown' }),
      ),
    );
    router.get(
      '/cases/:id/picture',
      signedIn(async (request, response) => {
        const strongest = (await this.#viewOf(caseNumberIn(request)))?.strongest;
        const blurred = field(request, 'shown') !== 'yes';
        await this.#picture(response, strongest?.sighting.avatarUrl, { blurred, official: false });
      }),
    );
    router.get(
      '/cases/:id/official-picture',
      signedIn(async (request, response) => {
        const view = await this.#viewOf(caseNumberIn(request));
        await this.#picture(response, view && this.#officialOf(view)?.avatars[0], { blurred: false, official: true });
      }),
    );
    router.post(
      '/cases/:id/note',
      readForm,
      signedIn(async (request, response, viewer) => {
        const id = caseNumberIn(request);
        const command = id === undefined ? undefined : noteCommand(id, field(request, 'note'));
        if (command !== undefined) await this.deps.execute(viewer.userId, command);
        response.redirect(303, `/cases/${id ?? ''}`);
      }),
    );
    return router;
  }

  /** Shows a case; `answers`: the answers to the commands that led here. */
  async show(
    response: Response,
    viewer: Viewer,
    id: number | undefined,
    { pictureShown = false, answers = [] }: { pictureShown?: boolean; answers?: readonly Answer[] } = {},
  ): Promise<void> {
    const { deps } = this;
    const view = await this.#viewOf(id);
    if (view === undefined) return show(response, h(NothingPage, { language: viewer.language }), 404);
    const { strongest } = view;
    const official = this.#officialOf(view);
    const [explanations, moments, audit] = await Promise.all([
      strongest === undefined ? [] : explained(deps, strongest.sighting, strongest.verdict),
      momentsOf(deps.ledger, view.case.id, (roomId) => roomNameIn(deps, roomId)),
      deps.ledger.auditOf(view.case.id, AUDIT_SHOWN),
    ]);
    const context = await this.#contextOf(view, audit, viewer);
    this.onlookers.look(view.case.id, viewer.userId);
    show(
      response,
      h(CasePage, {
        viewer,
        view,
        official: official && {
          userId: official.user_id,
          displayNames: official.display_names,
          hasPicture: official.avatars.length > 0,
        },
        explanations,
        moments,
        audit,
        context,
        pictureShown,
        answers,
      }),
    );
  }

  async #viewOf(id: number | undefined): Promise<CaseView | undefined> {
    return id === undefined ? undefined : caseView(this.deps.ledger, id);
  }

  #officialOf({ strongest, case: record }: CaseView) {
    const protectedId = strongest?.verdict.protected ?? record.protected;
    return this.deps.config.protected_identities.find(({ user_id: userId }) => userId === protectedId);
  }

  async #contextOf(view: CaseView, audit: readonly AuditEntry[], viewer: Viewer): Promise<CaseContext> {
    const { ledger, lists, warnVictims } = this.deps;
    const record = view.case;
    const shortcodes = lists.rooms().flatMap((roomId) => lists.shortcodeOf(roomId) ?? []);
    const [related, raid, mails] = await Promise.all([
      ledger.relatedCases(record.id, RELATED_SHOWN),
      record.raidId === null ? undefined : ledger.raid(record.raidId),
      ledger.mailPage({ caseId: record.id, offset: 0, limit: MAILS_SHOWN }),
    ]);
    return {
      looking: this.onlookers.others(record.id, viewer.userId),
      takenBy: record.closedAt === null ? takenBy(audit) : undefined,
      reasons: { ban: reasonsFor('ban', shortcodes), dismiss: reasonsFor('dismiss', shortcodes) },
      related,
      together: raid === undefined ? 0 : raid.cases - 1,
      campaign: view.offences.at(-1)?.members ?? [],
      places: record.subjectKind === 'user' ? placesOf(this.deps, record.subject).slice(0, PLACES_SHOWN) : [],
      mails,
      mayWarn: warnVictims && mayBeWarnedOf(record),
    };
  }

  async #picture(
    response: Response,
    source: string | null | undefined,
    how: { blurred: boolean; official: boolean },
  ): Promise<void> {
    const picture = source == null ? undefined : await pictureOf(this.deps.homeserver, source, how);
    if (picture === undefined) return void response.status(404).type('text').send('');
    response.type('png').send(picture);
  }
}

/** A room's name or alias, where known. */
function roomNameIn({ rooms }: Pick<PagesDeps, 'rooms'>, roomId: string): string {
  const room = rooms.get(roomId);
  return room?.name ?? room?.canonicalAlias ?? roomId;
}

/** The last person to claim the case. */
function takenBy(audit: readonly AuditEntry[]): string | undefined {
  const last = audit.findLast(({ what }) => what === 'case.assigned');
  const { to } = (last?.data ?? {}) as { to?: unknown };
  return typeof to === 'string' ? to : undefined;
}

/** The protected rooms of an account: first those it is in, then those it is banned from. */
export function placesOf({ rooms }: Pick<PagesDeps, 'rooms'>, userId: string): Place[] {
  const places: Place[] = [];
  for (const room of rooms.all()) {
    const membership = room.members.get(userId)?.membership;
    if (membership === undefined || membership === 'leave') continue;
    places.push({
      roomId: room.roomId,
      name: room.name ?? room.canonicalAlias,
      membership,
      power: powerOf(userId, room),
    });
  }
  return places.sort((a, b) => Number(a.membership === 'ban') - Number(b.membership === 'ban'));
}
