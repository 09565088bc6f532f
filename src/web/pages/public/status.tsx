import type { VNode } from 'preact';
import type { CaseState } from '../../../store/records/cases.js';
import { Page, Time } from '../layout.js';
import { textsIn, type Language } from '../texts.js';

/** What became of one's own report or appeal. */

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

export function NothingPage({ language, failed = false }: { language: Language; failed?: boolean }): VNode {
  const t = textsIn(language);
  return (
    <Page language={language} title={failed ? t.failed : t.notFound}>
      {!failed && <p>{t.notFoundHint}</p>}
    </Page>
  );
}
