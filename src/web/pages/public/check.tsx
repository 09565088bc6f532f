import type { VNode } from 'preact';
import type { ProtectedIdentityConfig } from '../../../config/types.js';
import type { Explanation } from '../../../detection/index.js';
import { evidenceIn } from '../../../notify/evidence-words.js';
import { Id, Page } from '../layout.js';
import type { OfficialAnswer } from '../official.js';
import { textsIn, type Language } from '../texts.js';

/** Which accounts are official, and whether one is. */

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
      {identities.flatMap(({ user_id: userId, display_names: names, avatars, variants }) =>
        [userId, ...variants].map((id) => (
          <li key={id}>
            {avatars.length > 0 && id === userId && (
              <img src={`/official-picture/${encodeURIComponent(userId)}`} width={48} height={48} alt="" />
            )}{' '}
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
        props.asked !== '' && (
          <p class="answer no" role="status">
            {t.badId}
          </p>
        )
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
                    <bdi>{evidenceIn(language, reason)}</bdi>
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
