/** Checks that need no homeserver: files, mail server, ledger, rules, image library. */
import { access, readFile, stat } from 'node:fs/promises';
import { lookAtDryRun, type Said } from '../../app/run-mode.js';
import type { Config } from '../../config/index.js';
import { loadRules } from '../../config/rules.js';
import { expectedNamespaces, readRegistration, type Registration } from '../../matrix/registration.js';
import { imageFingerprints, imageSupportError } from '../../impersonation/picture.js';
import type { Settings } from '../../store/settings/types.js';
import { attempt, fail, ok, skipped, warn, type CheckResult } from './result.js';
import { texts } from './texts.js';
import { localTexts } from './texts-local.js';

/** Surprises in a valid configuration. */
export async function checkConfig(config: Config, file: string): Promise<CheckResult[]> {
  const results = [ok('configuration', localTexts.configOk(file)), ...(await secretsInTheOpen(config, file))];
  const images = config.protected_identities
    .flatMap(({ avatars }) => avatars)
    .filter((avatar) => !avatar.startsWith('mxc://'));
  const missing: string[] = [];
  for (const image of images) await access(image).catch(() => missing.push(image));
  if (missing.length > 0)
    results.push(fail('avatars', localTexts.avatarsMissing(missing), localTexts.avatarsMissingRemedy));
  return results;
}

/** Whether Heimdall acts, by the configuration or a later command. Empty without surprises. */
export function checkDryRun({ dry_run: configured }: Pick<Config, 'dry_run'>, said: Said | undefined): CheckResult[] {
  const { dryRun } = texts;
  const on = said?.dryRun ?? configured;
  const when = said === undefined ? '' : new Date(said.at).toISOString().slice(0, 16).replace('T', ' ');
  if (said !== undefined && said.dryRun !== configured)
    return [warn('dry run', (on ? dryRun.saidOn : dryRun.saidOff)(said.by, when), dryRun.saidRemedy(on))];
  return on ? [warn('dry run', dryRun.on, dryRun.remedy)] : [];
}

/** A world-readable file with a token or a password. */
async function secretsInTheOpen(config: Config, file: string): Promise<CheckResult[]> {
  const { mode } = await stat(file);
  if ((mode & 0o004) === 0) return [];
  const text = await readFile(file, 'utf8');
  const secrets = [
    config.homeserver.admin_token,
    config.mail.smtp_url,
    config.mail.imap_url,
    config.storage.database_url,
  ]
    .filter((secret) => secret !== null)
    .map((secret) => (URL.canParse(secret) ? new URL(secret).password : secret))
    .filter((secret) => secret !== '');
  return secrets.some((secret) => text.includes(secret))
    ? [warn('config file mode', texts.configMode.found(file), texts.configMode.remedy(file))]
    : [];
}

/** Reads the registration and compares it with the configuration; undefined when it is unusable. */
export async function checkRegistration(
  config: Config,
): Promise<{ results: CheckResult[]; registration?: Registration }> {
  const file = config.appservice.registration;
  let registration: Registration | undefined;
  const readable = await attempt('registration', localTexts.runRegister, () => {
    registration = readRegistration(file);
    return ok('registration', localTexts.registrationOk(file));
  });
  if (registration === undefined) return { results: [readable] };
  return {
    results: [readable, ...(await permissionsOf(file)), ...compareRegistration(config, registration)],
    registration,
  };
}

async function permissionsOf(file: string): Promise<CheckResult[]> {
  const { mode } = await stat(file);
  return (mode & 0o007) === 0
    ? []
    : [warn('registration file mode', localTexts.openRegistration(file), localTexts.chmod(file))];
}

/** Differences between registration and configuration; one `ok` if there are none. */
export function compareRegistration(config: Config, registration: Registration): CheckResult[] {
  const botLocalpart = config.bot.localpart;
  const wanted = expectedNamespaces({ serverName: config.homeserver.server_name, botLocalpart });
  const again = localTexts.registrationRemedy;
  const problems: CheckResult[] = [];
  const compare = (what: string, found: string | null, expected: string | null): void => {
    if (found !== expected)
      problems.push(
        fail(
          localTexts.registrationPart(what),
          localTexts.registrationDiffers(found ?? 'nothing', expected ?? 'nothing'),
          again,
        ),
      );
  };
  compare('url', registration.url?.replace(/\/+$/, '') ?? null, config.appservice.url.replace(/\/+$/, ''));
  compare('sender_localpart', registration.sender_localpart, botLocalpart);
  const { users, rooms, aliases } = registration.namespaces;
  if (rooms.some(({ exclusive }) => exclusive))
    problems.push(fail('registration rooms', localTexts.roomsExclusive, localTexts.roomsExclusiveRemedy));
  if (!rooms.some(({ regex }) => ALL_ROOMS.has(regex)))
    problems.push(fail('registration rooms', localTexts.roomsTooNarrow, again));
  const own = wanted.users.replace(/\$$/, '');
  if (users.some(({ regex }) => regex.replace(/\$$/, '') !== own))
    problems.push(warn('registration users', localTexts.usersTooWide, again));
  if (!aliases.some(({ regex }) => regex === wanted.aliases))
    problems.push(warn('registration aliases', localTexts.aliasesMissing, again));
  if (registration.rate_limited !== false)
    problems.push(warn('registration rate_limited', localTexts.rateLimited, localTexts.rateLimitedRemedy));
  return problems.length > 0 ? problems : [ok('registration contents', localTexts.registrationFits)];
}

const ALL_ROOMS: ReadonlySet<string> = new Set(['.*', '^.*$', '.*$', '^.*', '.+', '!.*', '^!.*']);

/** Connects to the mail server and greets it. */
export async function checkMail(config: Config): Promise<CheckResult> {
  const { smtp_url: smtpUrl, abuse_contact: abuseContact } = config.mail;
  if (smtpUrl === null || abuseContact === null) return warn('mail', localTexts.noMail, localTexts.noMailRemedy);
  return attempt('mail', localTexts.checkSmtp, async () => {
    const { verifySmtp } = await import('../../mail/smtp.js');
    await verifySmtp({ ...config.mail, smtp_url: smtpUrl });
    return ok('mail', localTexts.mailOk(abuseContact));
  });
}

/** Stored data that other checks need. */
export interface StorageHealth {
  results: CheckResult[];
  /** undefined when the settings cannot be read */
  settings: Readonly<Settings> | undefined;
  /** `go live` or `go dry`, if in force */
  said?: Said | undefined;
}

/**
 * Opens ledger and settings and writes to the ledger. Missing ones are created and old ones migrated, as `run` would
 * do.
 */
export async function checkStorage(config: Config): Promise<StorageHealth> {
  const { data_dir: dataDir, database_url: databaseUrl, synchronous } = config.storage;
  const remedy = databaseUrl === null ? localTexts.makeWritable(dataDir) : localTexts.checkDatabase;
  let read: Readonly<Settings> | undefined;
  let said: Said | undefined;
  const results: CheckResult[] = [];
  results.push(
    await attempt('ledger', remedy, async () => {
      const { openLedger, openSettings, openSettingsInLedger } = await import('../../store/index.js');
      const ledger = await openLedger({ dataDir, databaseUrl, synchronous });
      try {
        await ledger.ping();
        said = await lookAtDryRun(ledger, config.dry_run);
        results.push(
          await attempt('settings', remedy, async () => {
            const settings = await (databaseUrl === null ? openSettings({ dataDir }) : openSettingsInLedger(ledger));
            read = settings.get();
            await settings.close();
            return ok('settings', localTexts.settingsOk);
          }),
        );
        return ok('ledger', databaseUrl === null ? localTexts.sqliteOk(dataDir) : localTexts.postgresOk);
      } finally {
        await ledger.close();
      }
    }),
  );
  return { results: results.reverse(), settings: read, said };
}

/** Loads the words and weights of detection. */
export function checkRules(folder: string | null): Promise<CheckResult> {
  return attempt('detection rules', localTexts.rulesRemedy, () => {
    loadRules(folder);
    return ok('detection rules', folder === null ? localTexts.packagedRulesOk : localTexts.rulesOk(folder));
  });
}

/**
 * sharp compares avatars; it is optional, and some platforms have no build. Official image files are read as in the
 * live watch.
 */
export async function checkImageLibrary(config: Config): Promise<CheckResult> {
  const check = 'avatar comparison';
  const trouble = await imageSupportError();
  if (trouble !== undefined) return warn(check, localTexts.noSharp(trouble), localTexts.installSharp);
  const avatars = config.protected_identities.flatMap((identity) => identity.avatars);
  if (avatars.length === 0) return ok(check, localTexts.noAvatars);
  const unusable: string[] = [];
  for (const file of avatars.filter((avatar) => !avatar.startsWith('mxc://'))) {
    const prints = await readFile(file).then(imageFingerprints, () => undefined);
    if (prints === undefined) unusable.push(localTexts.notAPicture(file));
    else if (prints.length === 0) unusable.push(localTexts.tooPlain(file));
  }
  if (unusable.length > 0) return warn(check, localTexts.unusable(unusable), localTexts.picturesRemedy);
  return ok(check, localTexts.picturesOk(avatars.length));
}

/** For skipped checks. */
export function skippedChecks(checks: readonly string[], because: string): CheckResult[] {
  return checks.map((check) => skipped(check, localTexts.notChecked(because)));
}
