/**
 * Whether a text asks for money or passwords. Only used for machine-readable reports (XARF `content/fraud`); nothing
 * depends on it, so plain words in a few languages are enough.
 */

type FraudType = 'cryptocurrency' | 'investment' | 'lottery' | 'tech_support' | 'employment' | 'other';
type PaymentMethod =
  'credit_card' | 'bank_transfer' | 'cryptocurrency' | 'gift_cards' | 'paypal' | 'western_union' | 'other';

export interface Fraud {
  fraudType: FraudType;
  paymentMethods: PaymentMethod[];
}

const word = (...words: string[]): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{N}])`, 'iu');

const PAYMENTS: readonly [PaymentMethod, RegExp][] = [
  [
    'cryptocurrency',
    word(
      'bitcoins?',
      'btc',
      'ethereum',
      'eth',
      'usdt',
      'tether',
      'monero',
      'xmr',
      'crypto(?:currency|currencies)?',
      'kryptow\\p{L}+',
      'биткоин\\p{L}*',
      'крипт\\p{L}+',
      'seed phrases?',
      'recovery phrases?',
      'airdrops?',
    ),
  ],
  [
    'gift_cards',
    word('gift ?cards?', 'gutscheinkarten?', 'geschenkkarten?', 'tarjetas? (?:de )?regalo', 'cartes? cadeaux?'),
  ],
  [
    'credit_card',
    word(
      'credit ?cards?',
      'card numbers?',
      'cvv',
      'kreditkarten?\\p{L}*',
      'tarjetas? de cr[ée]dito',
      'cartes? (?:de cr[ée]dit|bancaires?)',
    ),
  ],
  [
    'bank_transfer',
    word(
      'iban',
      'bank transfers?',
      'wire transfers?',
      'wire me',
      'bank account',
      'überweis\\p{L}*',
      'bankverbindung',
      'virement',
      'transferencia',
    ),
  ],
  ['paypal', word('paypal')],
  ['western_union', word('western union')],
  [
    'other',
    word(
      'send (?:me |us )?(?:the )?money',
      'pay (?:me|us|now|the fee)',
      'deposit',
      'processing fee',
      'geld (?:schicken|senden|überweisen)',
      'zahl\\p{L}* (?:sie|uns|mir)',
      'argent',
      'dinero',
      'деньги',
      'refund',
    ),
  ],
];

/** Patterns for asking for secrets: a word for a secret together with a word for handing it over. */
const SECRET =
  /(?<!\p{L})(?:passwords?|passcodes?|pass ?phrases?|pin codes?|one[- ]time codes?|verification codes?|login (?:data|details|code)|recovery keys?|security keys?|private keys?|seed phrases?|passw[oö]rt\p{L}*|kennwort|zugangsdaten|anmeldedaten|sicherheitsschlüssel|mot de passe|contraseña|clave|senha|парол\p{L}+|hasł\p{L}+|password di accesso)(?!\p{L})/iu;
const GIVING =
  /(?<!\p{L})(?:send|give|tell|enter|confirm|verify|provide|share|reply|submit|need your|log ?in|schick\p{L}*|send\p{L}*|nenn\p{L}*|gib|geben|bestätig\p{L}*|eingeben|mitteil\p{L}*|envoy\p{L}*|confirm\p{L}*|donn\p{L}*|env[ií]\p{L}*|пришли\p{L}*|отправ\p{L}*|сообщи\p{L}*|podaj\p{L}*|wyślij)(?!\p{L})/iu;

const TYPES: readonly [FraudType, RegExp][] = [
  [
    'investment',
    word('invest\\p{L}*', 'trading', 'profits?', 'returns? on', 'double your', 'rendite', 'инвест\\p{L}*'),
  ],
  [
    'lottery',
    word('lottery', 'lotterie', 'you (?:have )?won', 'winner', 'gewonnen', 'gewinn', 'prize', 'лотере\\p{L}*'),
  ],
  [
    'employment',
    word('job offer', 'part[- ]time job', 'work from home', 'hiring', 'nebenjob', 'heimarbeit', 'вакансия'),
  ],
  ['tech_support', word('support', 'help ?desk', 'service ?desk', 'technician', 'kundendienst', 'поддержк\\p{L}*')],
];

/** How much of a text is checked: an event may have 64 KiB, and a request for money comes early. */
const LOOKED_AT = 8_000;

/** What the text asks for; undefined for neither money nor secrets. */
export function fraudIn(text: string): Fraud | undefined {
  const read = text.slice(0, LOOKED_AT).normalize('NFKC');
  const paymentMethods = PAYMENTS.filter(([, pattern]) => pattern.test(read)).map(([method]) => method);
  const asksForSecret = SECRET.test(read) && GIVING.test(read);
  if (paymentMethods.length === 0 && !asksForSecret) return undefined;
  return { fraudType: typeOf(read, paymentMethods), paymentMethods };
}

function typeOf(text: string, methods: readonly PaymentMethod[]): FraudType {
  const told = TYPES.find(([, pattern]) => pattern.test(text))?.[0];
  if (told !== undefined) return told;
  return methods.includes('cryptocurrency') ? 'cryptocurrency' : 'other';
}
