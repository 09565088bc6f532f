/** German words for what the code names in English: kinds of subjects, verdicts, states. */

const KINDS: Readonly<Record<string, string>> = {
  user: 'Konto',
  room: 'Raum',
  server: 'Server',
  event: 'Nachricht',
  media: 'Medien',
  list: 'Liste',
  case: 'Fall',
};

const STATES: Readonly<Record<string, string>> = {
  open: 'offen',
  triaged: 'gesichtet',
  actioned: 'erledigt',
  dismissed: 'verworfen',
  appealed: 'im Widerspruch',
  closed: 'abgeschlossen',
};

const VERDICTS: Readonly<Record<string, string>> = {
  official: 'offiziell',
  none: 'nur gemeldet',
  reported: 'nur gemeldet',
  possible: 'möglich',
  likely: 'wahrscheinlich',
  certain: 'sicher',
};

export const kindDe = (kind: string): string => KINDS[kind] ?? kind;
export const stateDe = (state: string): string => STATES[state] ?? state;
export const verdictDe = (verdict: string): string => VERDICTS[verdict] ?? verdict;
