import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { textsIn, type Language } from './texts.js';

export interface PageProps {
  language: Language;
  title: string;
  /** links at the top: where, and what they are called */
  nav?: readonly { href: string; text: string }[];
  /** a script of ours that makes the page quicker; it must work without */
  script?: string | undefined;
  /** an address of ours to go on to at once */
  refresh?: string | undefined;
  children: ComponentChildren;
}

/** The frame of every page. */
export function Page({ language, title, nav, script, refresh, children }: PageProps): VNode {
  const t = textsIn(language);
  const links = nav ?? [
    { href: '/', text: t.home },
    { href: '/notice', text: t.noticeTitle },
    { href: '/transparency', text: t.transparencyTitle },
  ];
  return (
    <html lang={language} dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>{title}</title>
        <link rel="stylesheet" href="/style.css" />
        {refresh !== undefined && <meta http-equiv="refresh" content={`0;url=${refresh}`} />}
        {script !== undefined && <script src={script} defer />}
      </head>
      <body>
        <a class="skip" href="#content">
          {t.skip}
        </a>
        {links.length > 0 && (
          <header>
            <nav aria-label="Heimdall">
              <ul>
                {links.map(({ href, text }) => (
                  <li key={href}>
                    <a href={href}>{text}</a>
                  </li>
                ))}
              </ul>
            </nav>
          </header>
        )}
        <main id="content">
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}

/** The whole document as text. Everything in it was escaped by the renderer. */
export function documentOf(page: VNode): string {
  return `<!doctype html>${renderToString(page)}`;
}

/** An id: never reordered by what stands in it, never translated. */
export function Id({ children }: { children: string }): VNode {
  return (
    <bdi class="id" translate={false}>
      {children}
    </bdi>
  );
}

/** A moment, to the minute, in UTC. */
export function Time({ at }: { at: number }): VNode {
  const date = new Date(at);
  const iso = Number.isNaN(date.getTime()) ? undefined : date.toISOString();
  return <time dateTime={iso}>{iso === undefined ? '–' : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`}</time>;
}
