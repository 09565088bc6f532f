/** The protections of Mjolnir and Draupnir, as they were in effect. */
import { settingNamed } from '../../protections/values.js';
import { protectionNamed } from '../../protections/table.js';
import { objectOf } from './old-bot.js';
import { actsAt, ofKnownPeople, type InEffect, type OldProtection } from './old-protection.js';
import { differences, migrateTexts } from './texts.js';

type Values = Record<string, unknown>;
type ByName = ReadonlyMap<string, Values>;

/** Where their protections and settings stand. */
export interface MjolnirData {
  kind: 'mjolnir' | 'draupnir';
  /** account data */
  enabled: readonly string[];
  /** state of the management room, by the protection's name */
  settings: ByName;
  /** their configuration file; undefined if it was not given */
  file: ByName | undefined;
  /** Draupnir's state that says which of a protection's consequences are only simulated, by its name */
  consequences?: ByName;
}

/** What is set in the configuration file only, by our names. */
const IN_FILE_ONLY: ReadonlySet<string> = new Set(['WordList', 'FirstMessageIsWord', 'NewJoiner']);

/** The enabled and the configured protections. */
export function mjolnirProtections(data: MjolnirData): OldProtection[] {
  const { enabled, file, kind } = data;
  const settings = withFile(data);
  // those that are on come first: of two that are one here, theirs are the settings
  const names = [...new Set([...enabled, ...settings.keys()])];
  return names.map((name, at) => {
    const here = protectionNamed(name)?.name ?? '';
    const sameAs = names.slice(0, at).find((other) => isSameProtection(other, name));
    const effect = inEffect(here, name, settings.get(name) ?? {}, kind);
    const isUnread = file === undefined && IN_FILE_ONLY.has(here);
    return {
      name,
      enabled: enabled.includes(name),
      ...withoutSimulated(here, effect, data.consequences?.get(name) ?? {}),
      ...(sameAs === undefined ? {} : { sameAs }),
      ...(isUnread ? { unread: migrateTexts.onlyInFile(JSON.stringify(name.slice(0, 100))) } : {}),
    };
  });
}

/** Whether two names refer to the same protection: the file has `wordlist`, the account `WordList`. */
function isSameProtection(one: string, other: string): boolean {
  return one === other || (protectionNamed(one) !== undefined && protectionNamed(one) === protectionNamed(other));
}

/** The settings of each; the file has names of its own, and what the room says takes precedence over it. */
function withFile({ enabled, settings, file = new Map() }: MjolnirData): Map<string, Values> {
  const all = new Map(settings);
  for (const [name, values] of file) {
    const there = [...enabled, ...settings.keys()].find((one) => isSameProtection(one, name)) ?? name;
    all.set(there, { ...values, ...all.get(there) });
  }
  return all;
}

/** Protection settings in their configuration files. */
export function configuredSettings(protections: unknown): Map<string, Values> {
  const found = new Map<string, Values>();
  for (const [name, values] of Object.entries(objectOf(protections) ?? {})) {
    const protection = protectionNamed(name);
    const settings = objectOf(values);
    if (protection !== undefined && settings !== undefined) found.set(protection.name, settings);
  }
  return found;
}

/** What their programs do besides what is written down, as their sources say. */
function inEffect(here: string, name: string, settings: Values, kind: MjolnirData['kind']): InEffect {
  // a second offence counts within half an hour
  const twice = { response: ['redact+warn', 'redact+ban'], memory: '30m' };
  const isDraupnir = kind === 'draupnir';
  switch (here) {
    case 'BasicFlooding':
      return { ...actsAt(settings, 'maxPerMinute', 10), differs: ofKnownPeople(settings.maxPerMinute) };
    case 'JoinWaveShortCircuit': {
      const { implied, ...rest } = actsAt(settings, 'maxPer', 50);
      return { ...rest, implied: { ...implied, timescaleMinutes: 60, lockdown_for: '0' } };
    }
    case 'MembershipChange':
      return {
        settings,
        implied: { maxChangesPerUser: 7, timescaleMinutes: 60, response: ['ban'] },
        differs: [differences.noEarlyWarning],
      };
    case 'MentionLimit':
      return mentionsOf(name, settings, twice);
    case 'InvalidEvent':
      return { settings, implied: twice };
    case 'FirstMessageIsImage':
      return { settings, implied: { trusted_after: '0' } };
    case 'FirstMessageIsWord':
      return { settings, implied: { trusted_after: '0' }, literal: true, differs: [differences.wholeWords] };
    case 'WordList': {
      const { enableRegExps, ...rest } = settings;
      return {
        settings: rest,
        implied: { minutesBeforeTrusting: 20, names: false },
        literal: isDraupnir || enableRegExps === false,
        differs: [differences.wholeWords],
      };
    }
    case 'NewJoiner':
      return { settings, differs: [differences.removedOnly] };
    case 'MessageIsMedia':
      return { settings, differs: [differences.moreMedia] };
    case 'MessageIsVoice':
      return { settings, ...(isDraupnir ? { differs: [differences.voiceOnly] } : {}) };
    case 'TrustedReporters':
      return { ...reportersOf(settings), differs: [differences.reportsOfPerson] };
    default:
      return { settings };
  }
}

function mentionsOf(name: string, settings: Values, twice: Values): InEffect {
  const there = name.toLowerCase().replace(/protection$/, '');
  if (there === 'mentionspam') return { settings, implied: { maxMentions: 10, response: ['redact'] } };
  if (there === 'mentionflood') return mentionFloodOf(settings);
  const { includeLegacyMentions: inText, ...rest } = settings;
  return {
    settings: rest,
    implied: { maxMentions: 3, ...twice },
    ...(inText === true ? {} : { differs: [differences.namesInText] }),
  };
}

/** An old protection of Mjolnir names what is done to the person and to the message apart. */
function mentionFloodOf({ action = 'ban', redact = true, ...settings }: Values): InEffect {
  const deed = action === 'kick' || action === 'ban' || action === '' ? action || 'ban' : 'notify';
  const deeds = [...(redact === false ? [] : ['redact']), ...(deed === 'notify' && redact !== false ? [] : [deed])];
  return { settings, implied: { response: [deeds.join('+')] } };
}

/**
 * There each action has its own number of reports, with -1 for never; here one number triggers `response`. The
 * strongest action there is used, so that an admin who was only notified does not start banning.
 */
function reportersOf({
  alertThreshold: alert = 3,
  redactThreshold: redact = -1,
  banThreshold: ban = -1,
  ...rest
}: Values): InEffect {
  const isOn = (threshold: unknown): boolean => typeof threshold === 'number' && threshold > 0;
  // the weaker ones have no counterpart, and are listed
  const weaker = isOn(alert) ? { alertThreshold: alert } : {};
  if (isOn(ban))
    return {
      settings: { ...rest, reports: ban, ...weaker, ...(isOn(redact) ? { redactThreshold: redact } : {}) },
      implied: { response: [isOn(redact) ? 'redact+ban' : 'ban'] },
    };
  if (isOn(redact)) return { settings: { ...rest, reports: redact, ...weaker }, implied: { response: ['redact'] } };
  return { settings: { ...rest, reports: alert }, implied: { response: ['notify'] } };
}

/** Draupnir's consequences for people and for events, with our steps. */
const STEPS_OF = {
  userConsequences: ['kick', 'ban'],
  finalConsequences: ['kick', 'ban'],
  eventConsequences: ['redact'],
};

/** What Draupnir only simulates is not done here either. */
function withoutSimulated(here: string, effect: InEffect, consequences: Values): InEffect {
  const left = Object.entries(STEPS_OF).flatMap(([name, steps]) =>
    String(objectOf(consequences[name])?.capability_provider_name).startsWith('Simulated') ? steps : [],
  );
  const protection = protectionNamed(here);
  const setting = protection === undefined ? undefined : settingNamed(protection, 'response');
  if (left.length === 0 || setting === undefined) return effect;
  const ladder = setting.schema.parse(effect.implied?.response) as string[][];
  const response = ladder.map((step) => step.filter((deed) => !left.includes(deed)).join('+') || 'notify');
  return {
    ...effect,
    implied: { ...effect.implied, response },
    differs: [...(effect.differs ?? []), differences.simulated(left)],
  };
}
