import { Router, type Request, type Response } from 'express';
import { h } from 'preact';
import { toProtectedIdentity } from '../../../config/identities.js';
import { createDetector, type DetectionRules } from '../../../detection/index.js';
import type { Compared } from '../../../impersonation/avatars.js';
import { isUserId } from '../../../matrix/identifiers.js';
import { verdictFindingSchema } from '../../../store/findings.js';
import { RulesPage, type Comparison, type OtherVerdict, type RulesPageProps } from '../desk/rules.js';
import type { PagesDeps } from '../deps.js';
import type { Viewer } from '../desk/frame.js';
import { field, readForm, readUpload, show, uploadIn } from '../request.js';
import { deskTextsIn } from '../texts-desk.js';
import { explained } from './explained.js';
import type { DeskHandler, Sessions } from './session.js';

const DAY_MS = 86_400_000;
const DAYS = 30;
/** Maximum accounts judged again, in batches that let other work run in between. */
const MOST_LOOKED = 2_000;
const A_STEP = 25;
const CHANGED_SHOWN = 100;
const EXAMPLE = 'display_near: 3';

const EMPTY = {
  userId: '',
  name: '',
  verdict: undefined,
  error: undefined,
  explanations: [],
  weights: '',
  weightsError: undefined,
  comparison: undefined,
  days: DAYS,
  example: EXAMPLE,
} satisfies Omit<RulesPageProps, 'viewer'>;

/** The rule tester. */
export function ruleRoutes(deps: PagesDeps, sessions: Sessions): Router {
  const tried: DeskHandler = (request, response, viewer) => tryOut(deps, request, response, viewer);

  const weighed: DeskHandler = async (request, response, viewer) => {
    const weights = field(request, 'weights').slice(0, 4000);
    const read = readWeights(weights, deps.rules());
    if ('problem' in read)
      return show(response, h(RulesPage, { ...EMPTY, viewer, weights, weightsError: read.problem }), 400);
    show(response, h(RulesPage, { ...EMPTY, viewer, weights, comparison: await compare(deps, read.rules) }));
  };

  return Router()
    .get('/rules', sessions.signedIn(tried))
    .post('/rules/try', sessions.first, readUpload, sessions.signedIn(tried))
    .post('/rules', readForm, sessions.signedIn(weighed));
}

/** Judges the submitted identity, with its uploaded picture. */
async function tryOut(deps: PagesDeps, request: Request, response: Response, viewer: Viewer): Promise<void> {
  const userId = field(request, 'id').trim().slice(0, 1000);
  const name = field(request, 'name').slice(0, 1000);
  const bad = userId !== '' && !isUserId(userId);
  const picture = request.method === 'POST' ? uploadIn(request, 'picture') : undefined;
  const compared: Compared = picture === undefined ? { like: [] } : await deps.compare(picture);
  const sighting = {
    userId,
    displayName: name === '' ? null : name,
    ...('like' in compared && compared.like.length > 0 ? { avatarLike: compared.like } : {}),
  };
  const verdict = isUserId(userId) ? deps.detector().inspect(sighting) : undefined;
  const error = bad ? deskTextsIn(viewer.language).badId : problemOf(compared, viewer);
  const explanations = verdict === undefined ? [] : await explained(deps, sighting, verdict);
  show(response, h(RulesPage, { ...EMPTY, viewer, userId, name, verdict, error, explanations }), bad ? 400 : 200);
}

/** Why a picture could not be compared; undefined when it was. */
function problemOf(compared: Compared, viewer: Viewer): string | undefined {
  if ('like' in compared) return undefined;
  const t = deskTextsIn(viewer.language);
  return {
    not_a_picture: t.badPicture,
    too_plain: t.plainPicture,
    nothing_official: t.noOfficialPictures,
  }[compared.problem];
}

/** Lines of `name: number` that override the rules in force. */
function readWeights(text: string, rules: DetectionRules): { rules: DetectionRules } | { problem: string } {
  const weights: Record<string, number> = {};
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', number = ''] = /^([a-z_]{1,40})\s*[:=]\s*(-?\d{1,3}(?:\.\d{1,6})?)$/.exec(line) ?? [];
    if (!Object.hasOwn(rules.weights, name)) return { problem: line.slice(0, 80) };
    weights[name] = Number(number);
  }
  return { rules: { ...rules, weights: { ...rules.weights, ...weights } } };
}

/** Judges the accounts of the last days with both sets of rules; nothing is recorded. */
async function compare(deps: PagesDeps, rules: DetectionRules): Promise<Comparison> {
  const { ledger, clock, config } = deps;
  const other = createDetector(config.protected_identities.map(toProtectedIdentity), rules);
  const findings = await ledger.recentVerdicts(clock() - DAYS * DAY_MS, MOST_LOOKED);
  const changed: OtherVerdict[] = [];
  let looked = 0;
  for (const [index, { caseId, data }] of findings.entries()) {
    if (index % A_STEP === A_STEP - 1) await new Promise((resolve) => setImmediate(resolve));
    const finding = verdictFindingSchema.safeParse(data).data;
    if (finding === undefined) continue;
    looked += 1;
    const before = deps.detector().inspect(finding.sighting).verdict;
    const after = other.inspect(finding.sighting).verdict;
    if (before !== after) changed.push({ caseId, subject: finding.sighting.userId, before, after });
  }
  return { days: DAYS, looked, changed: changed.slice(0, CHANGED_SHOWN) };
}
