/** Every sentence that an account reads about a decision on it, and the errors of the files behind them. */

/** What was done, as a sentence about an account. */
type MeasureWords = Readonly<Record<'ban' | 'rule' | 'suspend' | 'deactivate' | 'redact', string>>;

const en = {
  title: (server: string) => `A decision about your account on ${server}`,
  measures: {
    ban: 'Your account was banned from rooms that are moderated here.',
    rule: 'Your account was banned from the rooms that are moderated here.',
    suspend: 'Your account was suspended: you can read, but not write or join.',
    deactivate: 'Your account was deactivated.',
    redact: 'Messages that you wrote were removed.',
  } satisfies MeasureWords as MeasureWords,
  since: (time: string) => `Since: ${time}.`,
  until: (time: string) => `Until: ${time}.`,
  noEnd: 'It has no end date.',
  facts: 'Why:',
  reported: (harm: string) => `People reported: ${harm}.`,
  found: {
    own: 'It was found by our own checks.',
    notice: 'It was found by reports of people.',
  },
  automatic: {
    full: 'A program found it and decided.',
    partly: 'A program found it, and a moderator decided.',
    none: 'A moderator decided; no program was used.',
  },
  rule: (title: string) => `The rule of this server: ${title}`,
  terms: (url: string) => `The terms of use: ${url}`,
  complain: (url: string) => `If you think that this is wrong, complain here within 180 days: ${url}`,
  complainTo: 'If you think that this is wrong, write to the people who run this server.',
  otherWays: 'You can also go to court, or to an out-of-court dispute settlement body.',
  outcome: (server: string) => `Your complaint to ${server}`,
  upheld: 'Your complaint about the decision on your account was upheld. What was done is being taken back.',
  rejected: 'A moderator looked at your complaint. The decision on your account stays.',
  defaultPolicies: {
    impersonation: {
      title: 'No impersonation',
      text: 'Do not pretend to be another person or organisation, or an official account.',
    },
    fraud: { title: 'No fraud', text: 'Do not ask people for money, passwords or keys under false pretences.' },
    conduct: { title: 'Good conduct', text: 'Do not send spam, harass people, or share what is illegal.' },
  },
  letter: {
    subject: (number: string) => `Your report ${number}`,
    taken: (number: string) =>
      `Thank you. Your report was received. Its number is ${number}.\n\nThe private link that the page showed ` +
      'you tells what became of it.\n',
    actioned: (number: string) =>
      `Measures were taken because of your report ${number}.\n\nIf you think that the decision is wrong, write ` +
      'to the people who run this server.\n',
    dismissed: (number: string) =>
      `A moderator looked at your report ${number} and took no measures.\n\nIf you think that the decision is ` +
      'wrong, write to the people who run this server.\n',
  },
};

type StatementTexts = typeof en;

const de: StatementTexts = {
  title: (server) => `Eine Entscheidung über dein Konto auf ${server}`,
  measures: {
    ban: 'Dein Konto wurde aus Räumen ausgeschlossen, die hier moderiert werden.',
    rule: 'Dein Konto wurde aus den Räumen ausgeschlossen, die hier moderiert werden.',
    suspend: 'Dein Konto wurde ausgesetzt: du kannst lesen, aber nicht schreiben und nichts betreten.',
    deactivate: 'Dein Konto wurde geschlossen.',
    redact: 'Nachrichten von dir wurden entfernt.',
  },
  since: (time) => `Seit: ${time}.`,
  until: (time) => `Bis: ${time}.`,
  noEnd: 'Ein Ende ist nicht vorgesehen.',
  facts: 'Warum:',
  reported: (harm) => `Gemeldet wurde: ${harm}.`,
  found: {
    own: 'Es wurde durch eigene Prüfungen gefunden.',
    notice: 'Es wurde durch Meldungen gefunden.',
  },
  automatic: {
    full: 'Ein Programm hat es gefunden und entschieden.',
    partly: 'Ein Programm hat es gefunden, ein Moderator hat entschieden.',
    none: 'Ein Moderator hat entschieden, ohne ein Programm.',
  },
  rule: (title) => `Die Regel dieses Servers: ${title}`,
  terms: (url) => `Die Nutzungsbedingungen: ${url}`,
  complain: (url) => `Wenn du das für falsch hältst, widersprich hier innerhalb von 180 Tagen: ${url}`,
  complainTo: 'Wenn du das für falsch hältst, schreibe an die Betreiber dieses Servers.',
  otherWays: 'Du kannst auch vor Gericht gehen oder eine außergerichtliche Streitbeilegungsstelle anrufen.',
  outcome: (server) => `Dein Widerspruch bei ${server}`,
  upheld: 'Deinem Widerspruch wurde stattgegeben. Was getan wurde, wird zurückgenommen.',
  rejected: 'Ein Moderator hat deinen Widerspruch geprüft. Die Entscheidung über dein Konto bleibt.',
  defaultPolicies: {
    impersonation: {
      title: 'Keine falsche Identität',
      text: 'Gib dich nicht als andere Person, als Organisation oder als offizielles Konto aus.',
    },
    fraud: {
      title: 'Kein Betrug',
      text: 'Bitte niemanden unter falschem Vorwand um Geld, Passwörter oder Schlüssel.',
    },
    conduct: { title: 'Gutes Benehmen', text: 'Kein Spam, keine Belästigung, nichts Rechtswidriges.' },
  },
  letter: {
    subject: (number) => `Deine Meldung ${number}`,
    taken: (number) =>
      `Danke. Deine Meldung ist angekommen. Ihre Nummer ist ${number}.\n\nDer private Link auf der Seite zeigt, ` +
      'was daraus geworden ist.\n',
    actioned: (number) =>
      `Wegen deiner Meldung ${number} wurden Maßnahmen ergriffen.\n\nWenn du die Entscheidung für falsch hältst, ` +
      'schreibe an die Betreiber dieses Servers.\n',
    dismissed: (number) =>
      `Ein Moderator hat deine Meldung ${number} geprüft und keine Maßnahmen ergriffen.\n\nWenn du die ` +
      'Entscheidung für falsch hältst, schreibe an die Betreiber dieses Servers.\n',
  },
};

export const texts = {
  en,
  de,
  policiesBroken: (file: string, problem: string) => `${file} cannot be used: ${problem}.`,
  policiesRemedy: 'docs/operate/statements.md shows what it contains. Set statements.policies to null to do without.',
  report: {
    title: (server: string) => `Moderation on ${server}`,
    span: (from: string, to: string) => `From ${from} to ${to}, in UTC.`,
    total: 'Total',
    months: [
      'Month',
      'Cases opened',
      'Reports',
      'Measures',
      'of these automatic',
      'Dismissed',
      'Appeals',
      'Upheld',
      'Median minutes to the first measure',
    ],
    byKind: 'Measures by kind',
    kinds: ['Measure', 'Done', 'of these automatic'],
    byVerdict: 'Cases by verdict',
    verdicts: ['Verdict', 'Cases'],
  },
  database: {
    account: 'Account and its profile',
    facts: (harm: string, found: 'own' | 'notice') =>
      `The account broke the rule named here (${harm}). ` +
      `${found === 'own' ? 'Our own checks found it.' : 'People reported it.'}`,
  },
  badDate: (text: string) => `${text} is not a date.`,
  dateRemedy: 'Write a day or a month: 2026-01-31 or 2026-01.',
  backwards: 'The end lies before the beginning.',
  wouldWrite: (count: number, folder: string) =>
    `${count} statements would be written to ${folder}; nothing was written. Add --write.`,
  wrote: (count: number, folder: string) => `${count} statements were written to ${folder}.`,
  noAccount: 'The account cannot be told: it is closed or unknown.',
  policyForm: {
    id: 'may have letters, digits, - and _ only',
    harm: 'is not a harm of MSC4456, such as m.spam',
    category: 'must begin with STATEMENT_CATEGORY_',
    keyword: 'must begin with KEYWORD_',
  },
};

export type StatementLanguage = 'en' | 'de';
