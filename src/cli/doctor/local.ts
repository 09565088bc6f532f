/** The checks that need no homeserver: files, mail server, ledger, rules, image library. */
import { access, readFile, stat } from 'node:fs/promises';
import { lookAtDryRun, type Said } from '../../app/run-mode.js';
import type { Config } from '../../config/index.js';
import { loadRules } from '../../config/rules.js';
import { makeRegistration, readRegistration, type Registration } from '../../matrix/registration.js';
import { imageFingerprints, imageSupportError } from '../../impersonation/picture.js';
import type { Settings } from '../../store/settings/types.js';
import { attempt, fail, ok, skipped, warn, type CheckResult } from './result.js';
import { texts } from './texts.js';

/** What a right configuration can still hold that surprises. */
export async function checkConfig(config: Config, file: string): Promise<CheckResult[]> {
  const results = [ok('configuration', `${file} has no errors.`), ...(await secretsInTheOpen(config, file))];
  const images = config.protected_identities
    .flatMap(({ avatars }) => avatars)
    .filter((avatar) => !avatar.startsWith('mxc://'));
  const missing: string[] = [];
  for (const image of images) await access(image).catch(() => missing.push(image));
  if (missing.length > 0)
    results.push(
      fail(
        'avatars',
        `Official avatars that cannot be read: ${missing.join(', ')}.`,
        'Mend protected_identities.*.avatars; file names are relative to the configuration file.',
      ),
    );
  return results;
}

/** Whether anything is done, by the configuration or by what was said since. Nothing where nothing surprises. */
export function checkDryRun({ dry_run: configured }: Pick<Config, 'dry_run'>, said: Said | undefined): CheckResult[] {
  const { dryRun } = texts;
  const on = said?.dryRun ?? configured;
  const when = said === undefined ? '' : new Date(said.at).toISOString().slice(0, 16).replace('T', ' ');
  if (said !== undefined && said.dryRun !== configured)
    return [warn('dry run', (on ? dryRun.saidOn : dryRun.saidOff)(said.by, when), dryRun.saidRemedy(on))];
  return on ? [warn('dry run', dryRun.on, dryRun.remedy)] : [];
}

/** A file that all may read and that holds a token or a password. */
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

/** Reads the registration and compares it with the configuration; it is undefined when it cannot be used. */
export async function checkRegistration(
  config: Config,
): Promise<{ results: CheckResult[]; registration?: Registration }> {
  const file = config.appservice.registration;
  let registration: Registration | undefined;
  const readable = await attempt('registration', 'Run `heimdall register`.', () => {
    registration = readRegistration(file);
    return ok('registration', `${file} is readable and its tokens are no placeholders.`);
  });
  if (registration === undefined) return { results: [readable] };
  return {
    results: [readable, ...(await permissionsOf(file)), ...(await comparison(config, registration))],
    registration,
  };
}

async function permissionsOf(file: string): Promise<CheckResult[]> {
  const { mode } = await stat(file);
  return (mode & 0o007) === 0
    ? []
    : [
        warn(
          'registration file mode',
          `Every user of this machine may read ${file}, and the tokens in it.`,
          `chmod 640 ${file}`,
        ),
      ];
}

async function comparison(config: Config, registration: Registration): Promise<CheckResult[]> {
  const wanted = await makeRegistration({
    url: config.appservice.url,
    serverName: config.homeserver.server_name,
    botLocalpart: config.bot.localpart,
  });
  const again = 'Mend the configuration, or run `heimdall register --force` and give the new file to the homeserver.';
  const problems: CheckResult[] = [];
  const compare = (what: string, found: string | null, expected: string | null): void => {
    if (found !== expected)
      problems.push(
        fail(
          `registration ${what}`,
          `The registration says ${found ?? 'nothing'}, the configuration says ${expected ?? 'nothing'}.`,
          again,
        ),
      );
  };
  compare('url', registration.url?.replace(/\/+$/, '') ?? null, wanted.url);
  compare('sender_localpart', registration.sender_localpart, wanted.sender_localpart);
  const { users, rooms, aliases } = registration.namespaces;
  if (rooms.some(({ exclusive }) => exclusive))
    problems.push(
      fail(
        'registration rooms',
        'The rooms namespace is exclusive: other appservices would be shut out.',
        'Set exclusive: false for rooms, and restart the homeserver.',
      ),
    );
  if (!rooms.some(({ regex }) => ALL_ROOMS.has(regex)))
    problems.push(
      fail(
        'registration rooms',
        'The rooms namespace does not hold `.*`: the homeserver will not tell us of all rooms.',
        again,
      ),
    );
  const own = wanted.namespaces.users.map(({ regex }) => regex.replace(/\$$/, ''));
  if (users.some(({ regex }) => !own.includes(regex.replace(/\$$/, ''))))
    problems.push(
      warn(
        'registration users',
        'The users namespace holds more than our own bot: whoever has the token could act as those users.',
        again,
      ),
    );
  if (!aliases.some(({ regex }) => regex === wanted.namespaces.aliases[0]?.regex))
    problems.push(
      warn(
        'registration aliases',
        'The aliases namespace lacks the aliases of this server: lists that Heimdall makes may get no alias.',
        again,
      ),
    );
  if (registration.rate_limited !== false)
    problems.push(
      warn(
        'registration rate_limited',
        'The homeserver will slow Heimdall down.',
        'Set rate_limited: false in the registration, and restart the homeserver.',
      ),
    );
  return problems.length > 0
    ? problems
    : [ok('registration contents', 'url, sender_localpart and namespaces fit the configuration.')];
}

const ALL_ROOMS: ReadonlySet<string> = new Set(['.*', '^.*$', '.*$', '^.*', '.+', '!.*', '^!.*']);

/** Connects to the mail server and says hello. */
export async function checkMail(config: Config): Promise<CheckResult> {
  const { smtp_url: smtpUrl, abuse_contact: abuseContact } = config.mail;
  if (smtpUrl === null || abuseContact === null)
    return warn(
      'mail',
      'No mail server or no abuse desk is configured: no mail is sent.',
      'Set mail.smtp_url, mail.from and mail.abuse_contact, or leave it so on purpose.',
    );
  return attempt('mail', 'Check mail.smtp_url.', async () => {
    const { verifySmtp } = await import('../../mail/smtp.js');
    await verifySmtp({ ...config.mail, smtp_url: smtpUrl });
    return ok('mail', `The mail server takes our connection; mails go to ${abuseContact}.`);
  });
}

/** What storage holds that other checks need. */
export interface StorageHealth {
  results: CheckResult[];
  /** undefined when the settings cannot be read */
  settings: Readonly<Settings> | undefined;
  /** `go live` or `go dry`, when that counts */
  said?: Said | undefined;
}

/**
 * Opens ledger and settings and writes to the ledger. Missing ones are made, old ones brought up to date, as `run`
 * would do.
 */
export async function checkStorage(config: Config): Promise<StorageHealth> {
  const { data_dir: dataDir, database_url: databaseUrl, synchronous } = config.storage;
  const remedy =
    databaseUrl === null
      ? `Make ${dataDir} writable for the user that Heimdall runs as.`
      : 'Check storage.database_url, and that PostgreSQL runs.';
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
            return ok('settings', 'The settings are in order.');
          }),
        );
        return ok(
          'ledger',
          databaseUrl === null ? `SQLite in ${dataDir} opens and takes writes.` : 'PostgreSQL opens and takes writes.',
        );
      } finally {
        await ledger.close();
      }
    }),
  );
  return { results: results.reverse(), settings: read, said };
}

/** Loads the words and weights of detection. */
export function checkRules(folder: string | null): Promise<CheckResult> {
  return attempt('detection rules', 'Mend the file, or take the one that comes with Heimdall.', () => {
    loadRules(folder);
    return ok(
      'detection rules',
      folder === null ? 'The rules that come with Heimdall are right.' : `The rules in ${folder} are right.`,
    );
  });
}

/**
 * sharp compares avatars; it is optional, and some platforms have no build of it. Official image files are read as the
 * watch would.
 */
export async function checkImageLibrary(config: Config): Promise<CheckResult> {
  const check = 'avatar comparison';
  const trouble = await imageSupportError();
  if (trouble !== undefined)
    return warn(
      check,
      `sharp does not load (${trouble}): names are compared, pictures are not.`,
      'npm install --include=optional sharp',
    );
  const avatars = config.protected_identities.flatMap((identity) => identity.avatars);
  if (avatars.length === 0)
    return ok(check, 'sharp is there, but no official avatars are configured: only names are compared.');
  const unusable: string[] = [];
  for (const file of avatars.filter((avatar) => !avatar.startsWith('mxc://'))) {
    const prints = await readFile(file).then(imageFingerprints, () => undefined);
    if (prints === undefined) unusable.push(`${file} is not a picture that can be read`);
    else if (prints.length === 0) unusable.push(`${file} is too plain to be told from others`);
  }
  if (unusable.length > 0)
    return warn(
      check,
      `${unusable.join('; ')}.`,
      'Give PNG, JPEG, GIF or WebP files with a drawing in them in protected_identities.*.avatars.',
    );
  return ok(check, `sharp is there; official avatars: ${avatars.length}.`);
}

/** For checks that had to be left out. */
export function skippedChecks(checks: readonly string[], because: string): CheckResult[] {
  return checks.map((check) => skipped(check, `Not looked at: ${because}.`));
}
