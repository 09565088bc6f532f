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
  const faith = { name: 'faith', value: 'yes', checked: fields.faith, ...invalid('faith') };
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
            <input type="checkbox" required {...faith} /> {t.goodFaith}
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
