import type { VNode } from 'preact';
import type { CaseRecord } from '../../../store/records/cases.js';
import type { ReasonedCommand } from '../desk-commands.js';
import { deskTextsIn } from '../texts-desk.js';
import type { CaseContext } from './case-context.js';
import { Do, type Viewer } from './frame.js';

/** What can be done to a case: each button is a command, asked about once more before it is carried out. */
export function CaseActions({
  viewer,
  record,
  context,
}: {
  viewer: Viewer;
  record: CaseRecord;
  context: CaseContext;
}): VNode {
  const t = deskTextsIn(viewer.language);
  const n = record.id;
  return (
    <>
      <Reasoned viewer={viewer} kind="ban" command={`ban case ${n}`} text={t.ban} context={context} />
      <Reasoned viewer={viewer} kind="dismiss" command={`dismiss ${n}`} text={t.dismiss} context={context} />
      <div class="row">
        {context.takenBy !== viewer.userId && <Do viewer={viewer} command={`claim ${n}`} text={t.claim} quiet />}
        <Do viewer={viewer} command={`reopen ${n}`} text={t.reopen} quiet />
        <Do viewer={viewer} command={`close ${n}`} text={t.close} quiet />
        <Do viewer={viewer} command={`redact case ${n}`} text={t.redact} quiet />
        <Do viewer={viewer} command={`undo case ${n}`} text={t.undo} quiet />
        <Do viewer={viewer} command={`mail forward case ${n}`} text={t.forward} quiet />
        {context.mayWarn && <Do viewer={viewer} command={`warn victims case ${n}`} text={t.warnVictims} quiet />}
        {context.campaign.length > 0 && (
          <Do
            viewer={viewer}
            command={`campaign ban case ${n} --yes`}
            text={t.banCampaign(context.campaign.length)}
            quiet
          />
        )}
      </div>
    </>
  );
}

/** A command with a reason to choose. */
function Reasoned({
  viewer,
  kind,
  command,
  text,
  context,
}: {
  viewer: Viewer;
  kind: ReasonedCommand;
  command: string;
  text: string;
  context: CaseContext;
}): VNode {
  const t = deskTextsIn(viewer.language);
  const id = `reason-${kind}`;
  return (
    <form method="post" action="/do" class="row">
      <input type="hidden" name="csrf" value={viewer.csrf} />
      <input type="hidden" name="command" value={command} />
      <div>
        <label for={id}>{t.reasonFor[kind]}</label>
        <select id={id} name="reason">
          <option value="">{t.noReasonChosen}</option>
          {context.reasons[kind].map((reason) => (
            <option key={reason} value={reason}>
              {t.reasons[reason] ?? reason}
            </option>
          ))}
        </select>
      </div>
      <button type="submit" class={kind === 'ban' ? '' : 'quiet'}>
        {text}
      </button>
    </form>
  );
}

/** A note for the history. */
export function Note({ viewer, n }: { viewer: Viewer; n: number }): VNode {
  const t = deskTextsIn(viewer.language);
  return (
    <form method="post" action={`/cases/${n}/note`} class="stack">
      <input type="hidden" name="csrf" value={viewer.csrf} />
      <div>
        <label for="note">{t.note}</label>
        <textarea id="note" name="note" rows={2} maxLength={1000} required />
      </div>
      <div>
        <button type="submit" class="quiet">
          {t.addNote}
        </button>
      </div>
    </form>
  );
}
