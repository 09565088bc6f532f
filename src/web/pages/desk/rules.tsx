import type { VNode } from 'preact';
import type { Explanation, Verdict } from '../../../detection/index.js';
import { Id } from '../layout.js';
import { Letters } from '../public/check.js';
import { deskTextsIn, type DeskTexts } from '../texts-desk.js';
import { Evidence } from './case-evidence.js';
import { Desk, Table, type Viewer } from './frame.js';

/** How an account would be judged with other weights. */
export interface OtherVerdict {
  caseId: number;
  subject: string;
  before: string;
  after: string;
}

export interface Comparison {
  days: number;
  looked: number;
  changed: readonly OtherVerdict[];
}

export interface RulesPageProps {
  viewer: Viewer;
  userId: string;
  name: string;
  verdict: Verdict | undefined;
  error: string | undefined;
  explanations: readonly Explanation[];
  weights: string;
  /** why the weights cannot be used */
  weightsError: string | undefined;
  comparison: Comparison | undefined;
  days: number;
  /** one line of weights, as an example */
  example: string;
}

/** The rule tester: an ID and a name in, verdict and evidence out. */
export function RulesPage(props: RulesPageProps): VNode {
  const { viewer, verdict } = props;
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.nav.rules}>
      <p>{t.testerLead}</p>
      <form method="post" action="/rules/try" enctype="multipart/form-data" class="stack">
        <input type="hidden" name="csrf" value={viewer.csrf} />
        <div>
          <label for="id">{t.userId}</label>
          <input type="text" id="id" name="id" value={props.userId} spellcheck={false} required />
        </div>
        <div>
          <label for="name">{t.displayName}</label>
          <input type="text" id="name" name="name" value={props.name} spellcheck={false} />
        </div>
        <div>
          <label for="picture">
            {t.picture} <span class="hint">{t.pictureHint}</span>
          </label>
          <input type="file" id="picture" name="picture" accept="image/png,image/jpeg,image/gif,image/webp" />
        </div>
        <div>
          <button type="submit">{t.try}</button>
        </div>
      </form>
      {props.error !== undefined && (
        <p class="no" role="alert">
          {props.error}
        </p>
      )}
      {verdict !== undefined && (
        <section aria-live="polite">
          <h2>{t.verdictIs(verdictWord(t, verdict.verdict))}</h2>
          <p>
            {t.score(verdict.score.toFixed(1))}
            {verdict.protected === null ? '' : t.comparedWith}
            {verdict.protected !== null && <Id>{verdict.protected}</Id>}
          </p>
          <Evidence viewer={viewer} verdict={verdict} />
          <Letters language={viewer.language} explanations={props.explanations} />
        </section>
      )}
      <Weights {...props} />
    </Desk>
  );
}

function Weights({ viewer, weights, weightsError, comparison, days, example }: RulesPageProps): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <>
      <h2>{t.weightsTitle}</h2>
      <p>{t.weightsLead(days)}</p>
      <form method="post" action="/rules" class="stack">
        <input type="hidden" name="csrf" value={viewer.csrf} />
        <div>
          <label for="weights">
            {t.weightsLabel}{' '}
            <span class="hint">
              {t.weightsHint} <code>{example}</code>
            </span>
          </label>
          <textarea id="weights" name="weights" rows={4} maxLength={4000} spellcheck={false} required>
            {weights}
          </textarea>
        </div>
        <div>
          <button type="submit">{t.compare}</button>
        </div>
      </form>
      {weightsError !== undefined && (
        <p class="no" role="alert">
          {t.badWeights(weightsError)}
        </p>
      )}
      {comparison !== undefined && (
        <section aria-live="polite">
          <p>{t.compared(comparison.looked, comparison.changed.length)}</p>
          {comparison.changed.length > 0 && (
            <Table
              viewer={viewer}
              label={t.weightsTitle}
              head={[t.case, t.subject, t.before, t.after]}
              rows={comparison.changed.map((one) => [
                <a href={`/cases/${one.caseId}`}>{t.caseNumber(one.caseId)}</a>,
                <Id>{one.subject}</Id>,
                verdictWord(t, one.before),
                verdictWord(t, one.after),
              ])}
            />
          )}
        </section>
      )}
    </>
  );
}

/** In the queue `none` is a case without a verdict; here the detector was asked and said so. */
function verdictWord(t: DeskTexts, verdict: string): string {
  return verdict === 'none' ? t.noVerdict : (t.verdicts[verdict] ?? verdict);
}
