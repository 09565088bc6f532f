import type { VNode } from 'preact';
import { deskLanguage } from '../../../util/language.js';
import { Id, Page } from '../layout.js';
import { PROVIDER_PATH } from '../oidc.js';
import { deskTextsIn } from '../texts-desk.js';
import type { Language } from '../texts.js';
import { Desk, Table, type Viewer } from './frame.js';

/** What is asked before commands, what came of them, and the door. */

/** A command that waits for a yes, and whom it is about. */
export interface Planned {
  command: string;
  subject: string;
  /** protected rooms that the subject is in now */
  rooms: number;
}

/** Says what commands will do, and asks. */
export function ConfirmPage({
  viewer,
  planned,
  back,
}: {
  viewer: Viewer;
  planned: readonly Planned[];
  back: string;
}): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.confirmTitle}>
      <p>{t.willBeDone(planned.length)}</p>
      <Table
        viewer={viewer}
        label={t.confirmTitle}
        head={[t.command, t.subject, t.now, t.effect]}
        rows={planned.map(({ command, subject, rooms }) => [
          <code>{command}</code>,
          <Id>{subject}</Id>,
          t.inRooms(rooms),
          t.effects[/^[a-z ]+?(?= case | \d)/.exec(command)?.[0] ?? ''] ?? '',
        ])}
      />
      <form method="post" action="/do" class="row">
        <input type="hidden" name="csrf" value={viewer.csrf} />
        {planned.map(({ command }) => (
          <input type="hidden" name="command" value={command} key={command} />
        ))}
        <button type="submit" name="confirmed" value="yes">
          {t.confirm}
        </button>
        {planned.length === 1 && (
          <button type="submit" name="confirmed" value="next" class="quiet">
            {t.confirmAndNext}
          </button>
        )}
        <a href={back}>{t.goBack}</a>
      </form>
    </Desk>
  );
}

/** What came of a command. `html` is what Heimdall answers in the management room: escaped where it was made. */
export interface Answer {
  command: string;
  html: string;
}

export function Answers({ answers }: { answers: readonly Answer[] }): VNode {
  return (
    <>
      {answers.map(({ command, html }) => (
        <section class="panel" key={command} aria-label={command}>
          <p>
            <code>{command}</code>
          </p>
          <div lang={deskLanguage()} dangerouslySetInnerHTML={{ __html: html }} />
        </section>
      ))}
    </>
  );
}

export function DonePage({
  viewer,
  answers,
  back,
  next,
}: {
  viewer: Viewer;
  answers: readonly Answer[];
  back: string;
  /** the case that waits for a decision now; undefined when none does */
  next: number | undefined;
}): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <Desk viewer={viewer} title={t.done}>
      <Answers answers={answers} />
      <p class="row">
        <a href={back}>{t.back}</a>
        {next === undefined ? <span>{t.noneLeft}</span> : <a href={`/cases/${next}`}>{t.nextCase(next)}</a>}
      </p>
    </Desk>
  );
}

/** The answer of one command that changes nothing. */
export function AnswerPage({ viewer, title, html }: { viewer: Viewer; title: string; html: string }): VNode {
  return (
    <Desk viewer={viewer} title={title}>
      <div lang={deskLanguage()} dangerouslySetInnerHTML={{ __html: html }} />
    </Desk>
  );
}

/** Goes on to an address of ours by itself, or by a click. */
export function OnTheWayPage({ language, href }: { language: Language; href: string }): VNode {
  const t = deskTextsIn(language);
  return (
    <Page language={language} title={t.signIn} refresh={href}>
      <p>
        <a href={href}>{t.goOn}</a>
      </p>
    </Page>
  );
}

/** A link was followed by a program that looks at links in messages: the person presses the button. */
export function SignInPage({ language, token }: { language: Language; token: string }): VNode {
  const t = deskTextsIn(language);
  return (
    <Page language={language} title={t.signIn}>
      <form method="post" action={`/sign-in/${token}`}>
        <button type="submit">{t.signIn}</button>
      </form>
    </Page>
  );
}

export function SignedOutPage({
  language,
  reason,
  provider = false,
}: {
  language: Language;
  reason: string;
  /** an identity provider can be asked too */
  provider?: boolean;
}): VNode {
  const t = deskTextsIn(language);
  return (
    <Page language={language} title={t.notSignedIn}>
      <p>{reason}</p>
      <p>
        {t.howToSignIn[0]}
        <code>!heimdall web</code> {t.howToSignIn[1]}
      </p>
      {provider && (
        <p>
          <a href={PROVIDER_PATH}>{t.signInWith}</a>
        </p>
      )}
    </Page>
  );
}
