import type { VNode } from 'preact';
import type { ProtectedIdentityConfig } from '../../config/types.js';
import type { Explanation } from '../../detection/index.js';
import type { MonthFigures } from '../../store/pages.js';
import type { CaseState } from '../../store/types.js';
import { Id, Page, Time } from './layout.js';
import type { OfficialAnswer } from './official.js';
import { textsIn, type Language } from './texts.js';

/** The pages that are open to everybody. */

function Ask({ language, id }: { language: Language; id?: string }): VNode {
  const t = textsIn(language);
  return (
    <form class="stack" method="get" action="/check" role="search">
      <div>
        <label for="id">
          {t.askLabel} <span class="hint">{t.askHint}</span>
        </label>
        <input type="search" id="id" name="id" value={id ?? ''} autocomplete="off" spellcheck={false} />
      </div>
      <div>
        <button type="submit">{t.ask}</button>
      </div>
    </form>
  );
}

function Official({
  language,
  identities,
}: {
  language: Language;
  identities: readonly ProtectedIdentityConfig[];
}): VNode {
  const t = textsIn(language);
  if (identities.length === 0) return <p>{t.listNone}</p>;
  return (
    <ul>
      {identities.flatMap(({ user_id: userId, display_names: names, variants }) =>
        [userId, ...variants].map((id) => (
          <li key={id}>
            <Id>{id}</Id>
            {names.length > 0 && <span class="soft"> – {names.join(', ')}</span>}
          </li>
        )),
      )}
    </ul>
  );
}

export function HomePage(props: {
  language: Language;
  serverName: string;
  identities: readonly ProtectedIdentityConfig[];
}): VNode {
  const t = textsIn(props.language);
  return (
    <Page language={props.language} title={t.title}>
      <p>{t.lead(props.serverName)}</p>
      <h2>{t.askTitle}</h2>
      <Ask language={props.language} />
      <h2>{t.listTitle}</h2>
      <Official language={props.language} identities={props.identities} />
      <h2>{t.howTitle}</h2>
      <ol>
        {t.how.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </Page>
  );
}

export function CheckPage(props: {
  language: Language;
  asked: string;
  answer: OfficialAnswer | undefined;
  explanations: readonly Explanation[];
  identities: readonly ProtectedIdentityConfig[];
}): VNode {
  const { language, answer } = props;
  const t = textsIn(language);
  return (
    <Page language={language} title={t.askTitle}>
      <Ask language={language} id={props.asked} />
      {answer === undefined ? (
        <p class="answer no" role="status">
          {t.badId}
        </p>
      ) : (
        <section aria-live="polite">
          <p class={`answer ${answer.official ? 'yes' : 'no'}`}>
            {answer.official
              ? t.official(answer.id)
              : answer.resembles === null
                ? t.notOfficial(answer.id)
                : answer.verdict === 'possible'
                  ? t.resembles(answer.id, answer.resembles)
                  : t.looksLike(answer.id, answer.resembles)}
          </p>
          {!answer.official && answer.reasons.length > 0 && (
            <>
              <h2>{t.why}</h2>
              <ul>
                {answer.reasons.map((reason) => (
                  <li key={reason}>
                    <bdi>{reason}</bdi>
                  </li>
                ))}
              </ul>
            </>
          )}
          <Letters language={language} explanations={props.explanations} />
          <h2>{t.officialIs}</h2>
          <Official language={language} identities={props.identities} />
          {!answer.official && (
            <p>
              <a href={`/notice?id=${encodeURIComponent(answer.id)}`}>{t.reportIt}</a>
            </p>
          )}
        </section>
      )}
    </Page>
  );
}

/** The disguise, letter by letter; nothing when nothing is disguised. */
export function Letters({
  language,
  explanations,
}: {
  language: Language;
  explanations: readonly Explanation[];
}): VNode | null {
  const t = textsIn(language);
  const characters = explanations.flatMap((one) => one.characters);
  if (characters.length === 0) return null;
  return (
    <>
      <h2>{t.letters}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label={t.letters}>
        <table>
          <tbody>
            {characters.map((one, index) => (
              <tr key={index}>
                <th scope="row">
                  <bdi>{one.shown}</bdi>
                </th>
                <td>{one.codePoint}</td>
                <td>{one.name ?? ''}</td>
                <td>{one.looksLike === undefined ? '' : <bdi>{`→ ${one.looksLike}`}</bdi>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** What a visitor wrote into the form, as text. */
export interface NoticeFields {
  what: string;
  who: string;
  where: string;
  why: string;
  name: string;
  mail: string;
  faith: boolean;
}

export type NoticeField = 'who' | 'why' | 'mail' | 'faith';

export function NoticePage(props: {
  language: Language;
  fields: NoticeFields;
  /** what is wrong, by field; empty at first */
  errors: ReadonlyMap<NoticeField, string>;
}): VNode {
  const { language, fields, errors } = props;
  const t = textsIn(language);
  const invalid = (field: NoticeField) =>
    errors.has(field) ? ({ 'aria-invalid': 'true', 'aria-describedby': `${field}-error` } as const) : {};
  const error = (field: NoticeField): VNode | null => {
    const message = errors.get(field);
    return message === undefined ? null : (
      <span class="no" id={`${field}-error`}>
        {message}
      </span>
    );
  };
  return (
    <Page language={language} title={t.noticeTitle}>
      <p>{t.noticeLead}</p>
      {errors.size > 0 && (
        <p class="no" role="alert">
          {t.missing}
        </p>
      )}
      <form class="stack" method="post" action="/notice">
        <div>
          <label for="what">{t.what}</label>
          <select id="what" name="what">
            {Object.entries(t.kinds).map(([value, text]) => (
              <option key={value} value={value} selected={value === fields.what}>
                {text}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label for="who">
            {t.who} <span class="hint">{t.whoHint}</span>
          </label>
          <input
            type="text"
            id="who"
            name="who"
            value={fields.who}
            required
            maxLength={300}
            spellcheck={false}
            {...invalid('who')}
          />
          {error('who')}
        </div>
        <div>
          <label for="where">
            {t.where} <span class="hint">{t.whereHint}</span>
          </label>
          <input type="text" id="where" name="where" value={fields.where} maxLength={600} spellcheck={false} />
        </div>
        <div>
          <label for="why">{t.reason}</label>
          <textarea id="why" name="why" rows={6} required maxLength={4000} {...invalid('why')}>
            {fields.why}
          </textarea>
          {error('why')}
        </div>
        <div>
          <label for="name">{t.yourName}</label>
          <input type="text" id="name" name="name" value={fields.name} maxLength={200} autocomplete="name" />
        </div>
        <div>
          <label for="mail">
            {t.yourMail} <span class="hint">{t.mailHint}</span>
          </label>
          <input
            type="email"
            id="mail"
            name="mail"
            value={fields.mail}
            maxLength={254}
            autocomplete="email"
            {...invalid('mail')}
          />
          {error('mail')}
        </div>
        <div>
          <label>
            <input type="checkbox" name="faith" value="yes" required checked={fields.faith} {...invalid('faith')} />{' '}
            {t.goodFaith}
          </label>
          {error('faith')}
        </div>
        <div>
          <button type="submit">{t.send}</button>
        </div>
      </form>
    </Page>
  );
}

export function ReceiptPage({ language, number, link }: { language: Language; number: string; link: string }): VNode {
  const t = textsIn(language);
  return (
    <Page language={language} title={t.received}>
      <p>{t.receipt(number)}</p>
      <p>{t.keepLink}</p>
      <p>
        <a href={link}>{link}</a>
      </p>
    </Page>
  );
}

/** What the state of a case means for somebody outside. */
function outcomeOf(language: Language, state: CaseState | undefined): string {
  const t = textsIn(language);
  if (state === 'actioned') return t.statusActed;
  if (state === 'dismissed') return t.statusDismissed;
  return t.statusOpen;
}

export function StatusPage(props: {
  language: Language;
  number: string;
  sentAt: number;
  state: CaseState | undefined;
}): VNode {
  const t = textsIn(props.language);
  return (
    <Page language={props.language} title={t.statusTitle}>
      <p>{t.receipt(props.number)}</p>
      <p class="soft">
        <Time at={props.sentAt} />
      </p>
      <p class="answer">{outcomeOf(props.language, props.state)}</p>
    </Page>
  );
}

export function AppealPage(props: {
  language: Language;
  token: string;
  /** undefined: nothing was written yet */
  sentAt: number | undefined;
  state: CaseState | undefined;
}): VNode {
  const t = textsIn(props.language);
  return (
    <Page language={props.language} title={t.appealTitle}>
      {props.sentAt === undefined ? (
        <>
          <p>{t.appealLead}</p>
          <form class="stack" method="post" action={`/appeal/${props.token}`}>
            <div>
              <label for="why">{t.appealText}</label>
              <textarea id="why" name="why" rows={8} required maxLength={4000} />
            </div>
            <div>
              <button type="submit">{t.appealSend}</button>
            </div>
          </form>
        </>
      ) : (
        <>
          <p>{t.appealReceived}</p>
          <p class="soft">
            <Time at={props.sentAt} />
          </p>
          <p class="answer">
            {props.state === 'dismissed'
              ? t.appealUpheld
              : props.state === 'actioned'
                ? t.appealRejected
                : t.appealOpen}
          </p>
        </>
      )}
    </Page>
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function durationIn(language: Language, ms: number | null): string {
  const t = textsIn(language);
  if (ms === null) return '–';
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  return ms < 3_600_000 ? t.minutes(Math.round(ms / 60_000)) : t.hours(Math.round(ms / 3_600_000));
}

export function TransparencyPage({ language, months }: { language: Language; months: readonly MonthFigures[] }): VNode {
  const t = textsIn(language);
  return (
    <Page language={language} title={t.transparencyTitle}>
      <p>{t.transparencyLead}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label={t.transparencyTitle}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.month}</th>
              {[
                t.casesOpened,
                t.reportsTaken,
                t.effects,
                t.automatic,
                t.reversed,
                t.appeals,
                t.upheld,
                t.medianTime,
              ].map((text) => (
                <th scope="col" class="n" key={text}>
                  {text}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...months].reverse().map((month) => (
              <tr key={month.month}>
                <th scope="row">{month.month}</th>
                {[
                  sum(Object.values(month.cases)),
                  month.reports,
                  sum(Object.values(month.actions).map(({ done }) => done)),
                  sum(Object.values(month.actions).map(({ automatic }) => automatic)),
                  month.dismissed,
                  month.appeals,
                  month.appealsUpheld,
                  durationIn(language, month.medianToAction),
                ].map((figure, index) => (
                  <td class="n" key={index}>
                    {figure}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        {t.downloads} <a href="/transparency.json">JSON</a>, <a href="/transparency.csv">CSV</a>
      </p>
    </Page>
  );
}

export function NothingPage({ language, failed = false }: { language: Language; failed?: boolean }): VNode {
  const t = textsIn(language);
  return (
    <Page language={language} title={failed ? t.failed : t.notFound}>
      {!failed && <p>{t.notFoundHint}</p>}
    </Page>
  );
}
