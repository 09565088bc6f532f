import type { VNode } from 'preact';
import { Page } from '../layout.js';
import { textsIn, type Language } from '../texts.js';

/** The form for a report without an account. */

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

interface NoticePageProps {
  language: Language;
  fields: NoticeFields;
  /** what is wrong, by field; empty at first */
  errors: ReadonlyMap<NoticeField, string>;
}

export function NoticePage({ language, fields, errors }: NoticePageProps): VNode {
  const t = textsIn(language);
  const text = { errors, type: 'text' } as const;
  const ids = { ...text, spellcheck: false };
  return (
    <Page language={language} title={t.noticeTitle}>
      <p>{t.noticeLead}</p>
      {errors.size > 0 && (
        <p class="no" role="alert">
          {t.missing}
        </p>
      )}
      <form class="stack" method="post" action="/notice">
        <Kind language={language} value={fields.what} />
        <Line {...ids} name="who" label={t.who} hint={t.whoHint} value={fields.who} maxLength={300} required />
        <Line {...ids} name="where" label={t.where} hint={t.whereHint} value={fields.where} maxLength={600} />
        <div>
          <label for="why">{t.reason}</label>
          <textarea id="why" name="why" rows={6} required maxLength={4000} {...marks(errors, 'why')}>
            {fields.why}
          </textarea>
          <Wrong errors={errors} field="why" />
        </div>
        <Line {...text} name="name" label={t.yourName} value={fields.name} maxLength={200} autocomplete="name" />
        <Line
          errors={errors}
          type="email"
          name="mail"
          label={t.yourMail}
          hint={t.mailHint}
          value={fields.mail}
          maxLength={254}
          autocomplete="email"
        />
        <Faith language={language} errors={errors} checked={fields.faith} />
        <div>
          <button type="submit">{t.send}</button>
        </div>
      </form>
    </Page>
  );
}

type Errors = NoticePageProps['errors'];

const isField = (errors: Errors, name: string): name is NoticeField =>
  (errors as ReadonlyMap<string, string>).has(name);

/** What tells assistive technology that a field is wrong, and where it says why. */
function marks(errors: Errors, name: string) {
  return isField(errors, name) ? ({ 'aria-invalid': 'true', 'aria-describedby': `${name}-error` } as const) : {};
}

function Wrong({ errors, field }: { errors: Errors; field: string }): VNode | null {
  if (!isField(errors, field)) return null;
  return (
    <span class="no" id={`${field}-error`}>
      {errors.get(field)}
    </span>
  );
}

function Kind({ language, value }: { language: Language; value: string }): VNode {
  const t = textsIn(language);
  return (
    <div>
      <label for="what">{t.what}</label>
      <select id="what" name="what">
        {Object.entries(t.kinds).map(([kind, text]) => (
          <option key={kind} value={kind} selected={kind === value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A field of one line. */
function Line(props: {
  errors: Errors;
  name: string;
  type: 'text' | 'email';
  label: string;
  hint?: string;
  value: string;
  maxLength: number;
  required?: boolean;
  spellcheck?: boolean;
  autocomplete?: 'name' | 'email';
}): VNode {
  const { errors, label, hint, ...input } = props;
  return (
    <div>
      <label for={input.name}>
        {label} {hint !== undefined && <span class="hint">{hint}</span>}
      </label>
      <input id={input.name} {...input} {...marks(errors, input.name)} />
      <Wrong errors={errors} field={input.name} />
    </div>
  );
}

function Faith({ language, errors, checked }: { language: Language; errors: Errors; checked: boolean }): VNode {
  return (
    <div>
      <label>
        <input type="checkbox" name="faith" value="yes" checked={checked} required {...marks(errors, 'faith')} />{' '}
        {textsIn(language).goodFaith}
      </label>
      <Wrong errors={errors} field="faith" />
    </div>
  );
}
