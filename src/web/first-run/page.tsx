import type { VNode } from 'preact';
import { Page } from '../pages/layout.js';
import type { Finding, Step } from './steps.js';
import type { Language } from '../pages/texts.js';
import { firstRunTextsIn } from './texts.js';

/** What is missing before Heimdall watches, with the commands to copy, and the doctor's answers. */
export function FirstRunPage({
  language,
  steps,
  findings,
  mark,
}: {
  language: Language;
  steps: readonly Step[];
  findings: readonly Finding[];
  /** of what is shown: the script loads the page again when it is another one */
  mark: string;
}): VNode {
  const t = firstRunTextsIn(language);
  const ready = findings.length > 0 && steps.every(({ state }) => state === 'done' || state === 'optional');
  return (
    <Page language={language} title={t.title} nav={[]} script="/look.js">
      <p role="status" class={ready ? 'answer yes' : ''}>
        {ready ? t.all : t.lead}
      </p>
      <p id="mark" data-mark={mark}>
        <a href="/">{t.again}</a>
      </p>
      <ol>
        {steps.map((step) => (
          <StepItem key={step.title} language={language} step={step} />
        ))}
      </ol>
      <h2>{t.answers}</h2>
      <Findings language={language} findings={findings} />
    </Page>
  );
}

function StepItem({ language, step }: { language: Language; step: Step }): VNode {
  const t = firstRunTextsIn(language);
  return (
    <li>
      <h2>{step.title}</h2>
      <p class={step.state === 'done' ? 'yes' : step.state === 'missing' ? 'no' : 'soft'}>
        <strong>{t[step.state]}</strong>
      </p>
      {step.state !== 'done' && (
        <>
          <p>{step.how}</p>
          {step.commands.map((command, index) => (
            <pre
              key={command}
              class="scroll"
              tabIndex={0}
              role="region"
              aria-label={t.commandOf(step.title, index + 1)}
            >
              <code>{command}</code>
            </pre>
          ))}
        </>
      )}
    </li>
  );
}

/** What the doctor says; it speaks English. */
function Findings({ language, findings }: { language: Language; findings: readonly Finding[] }): VNode {
  const t = firstRunTextsIn(language);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t.answers}>
      <table>
        <thead>
          <tr>
            {[t.check, t.result, t.found, t.remedy].map((head) => (
              <th scope="col" key={head}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {findings.map(({ check, health, found, remedy }, index) => (
            <tr key={index}>
              <th scope="row" lang="en">
                {check}
              </th>
              <td class={health === 'fail' ? 'no' : health === 'ok' ? 'yes' : ''}>{t.health[health] ?? health}</td>
              <td lang="en">{found}</td>
              <td lang="en">{remedy ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** For whoever has no link, or a used one. */
export function ClosedPage({ language }: { language: Language }): VNode {
  const t = firstRunTextsIn(language);
  return (
    <Page language={language} title={t.title} nav={[]}>
      <p>{t.closed}</p>
      <p>{t.closedHint}</p>
    </Page>
  );
}
