/**
 * `heimdall check`: judges one user id, or a file of identities as NDJSON. The formats are described in
 * docs/operate/check.md.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { Command, Option } from 'commander';
import { toProtectedIdentity } from '../config/identities.js';
import { plainProtectFile } from '../config/plain-protect.js';
import { loadRules } from '../config/rules.js';
import type { Config, ProtectedIdentityConfig } from '../config/types.js';
import {
  createDetector,
  visible,
  type Detector,
  type ScreeningDetector,
  type Sighting,
  type Verdict,
} from '../detection/index.js';
import { isUserId } from '../matrix/identifiers.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { answerLines, LineError, type QuickAnswer } from '../util/ndjson.js';
import { AccountLine } from './account-line.js';
import { renderVerdict, renderVerdictRow } from './check-table.js';
import { texts } from './texts.js';
import { checkTexts } from './texts.js';

interface CheckOptions {
  protect?: string;
  config?: string;
  input?: string;
  output?: string;
  displayName?: string;
  display?: string;
  json?: boolean;
  explainWeights?: boolean;
}

/** The command for commander; `heimdall check --help` shows what it takes. */
export function checkCommand(): Command {
  return new Command('check')
    .description('say whether an account imitates a protected one, and why')
    .argument('[user-id]', 'one account to look at; without it NDJSON is read')
    .option('--protect <file>', 'YAML with protected_identities:')
    .option('--config <file>', 'the configuration, instead of --protect')
    .option('--input <file>', 'NDJSON of {"user_id", "displayname"?, "avatar_url"?}', '-')
    .option('--output <file>', 'where the answers go', '-')
    .option('--display-name <name>', 'with a user id: the display name it bears')
    .addOption(new Option('--display <name>', 'the same, shorter').conflicts('displayName'))
    .option('--json', 'NDJSON also on a terminal')
    .option('--explain-weights', 'with a user id: which weights and words of the rules the verdict rests on')
    .action(async (userId: string | undefined, options: CheckOptions) => {
      process.exitCode = await runCheck(userId, options);
    });
}

async function runCheck(userId: string | undefined, options: CheckOptions): Promise<number> {
  if (options.explainWeights === true && userId === undefined)
    throw new HeimdallError('HEIMDALL_E_USAGE', texts.weights.needsOne, texts.weights.needsOneHint);
  const { identities, rulesDir, exempt } = await protectedBy(options);
  const detector = createDetector(identities.map(toProtectedIdentity), loadRules(rulesDir));
  if (userId !== undefined) return checkOne(detector, userId, options, { identities, rulesDir, exempt });
  return checkStream(detector, options);
}

interface ProtectedBy {
  identities: ProtectedIdentityConfig[];
  rulesDir: string | null;
  /**
   * why no response would act on this account, according to the configuration (only the running Heimdall knows our
   * staff)
   */
  exempt: (userId: string) => string | undefined;
}

/**
 * An ordinary protect file is read without the configuration's schema, which takes longer to load than ten thousand
 * verdicts; the schema is only loaded to report errors.
 */
async function protectedBy({ protect, config }: CheckOptions): Promise<ProtectedBy> {
  if (protect !== undefined && config !== undefined)
    throw new HeimdallError('HEIMDALL_E_USAGE', checkTexts.bothSources, checkTexts.giveOne);
  if (protect !== undefined)
    return {
      identities: plainProtectFile(protect) ?? (await import('../config/index.js')).loadProtectFile(protect),
      rulesDir: null,
      exempt: () => undefined,
    };
  if (config !== undefined) {
    const [{ loadConfig }, { bridgeGhost, bridgeUserMatcher }] = await Promise.all([
      import('../config/index.js'),
      import('../config/bridge-users.js'),
    ]);
    const loaded = loadConfig(config);
    const { rules_dir: rulesDir, bridge_users: bridgeUsers, homeserver } = loaded;
    const identities = await withAdded(loaded);
    const expressionFor = bridgeUserMatcher(bridgeUsers, homeserver.server_name);
    const exempt = (userId: string): string | undefined => {
      const expression = expressionFor(userId);
      return expression === undefined ? undefined : bridgeGhost(expression);
    };
    return { identities, rulesDir, exempt };
  }
  throw new HeimdallError('HEIMDALL_E_USAGE', checkTexts.noSource, checkTexts.noSourceRemedy);
}

/** The official accounts of the running Heimdall: from the configuration, and added by command. */
async function withAdded({ protected_identities: configured, storage }: Config): Promise<ProtectedIdentityConfig[]> {
  const [{ peekSettings }, { withOfficials }] = await Promise.all([
    import('../store/settings/peek.js'),
    import('../impersonation/officials.js'),
  ]);
  try {
    const settings = await peekSettings({ dataDir: storage.data_dir, databaseUrl: storage.database_url });
    return withOfficials(configured, settings?.officials ?? []);
  } catch (error) {
    process.stderr.write(`${texts.check.addedUnknown(messageOf(error))}\n`);
    return configured;
  }
}

async function checkOne(
  detector: Detector,
  userId: string,
  options: CheckOptions,
  { identities, rulesDir, exempt: exemptOf }: ProtectedBy,
): Promise<number> {
  if (!isUserId(userId))
    throw new HeimdallError('HEIMDALL_E_USAGE', checkTexts.notAUserId(visible(userId)), checkTexts.notAUserIdRemedy);
  const sighting: Sighting = { userId, displayName: options.displayName ?? options.display };
  const verdict = detector.inspect(sighting);
  const output = outputOf(options);
  const exempt = isHit(verdict) ? exemptOf(userId) : undefined;
  output.write(
    asTable(options)
      ? renderVerdict(sighting, verdict, exempt) +
          (isHit(verdict) ? await disguiseOf(sighting, verdict, identities) : '')
      : `${JSON.stringify({ user_id: userId, ...verdict, exempt })}\n`,
  );
  if (options.explainWeights === true) {
    const { explainWeights } = await import('./check-weights.js');
    const own = loadRules(rulesDir);
    output.write(
      explainWeights(sighting, identities.map(toProtectedIdentity), own, rulesDir === null ? own : loadRules()),
    );
  }
  await close(output);
  return 0;
}

async function disguiseOf(
  sighting: Sighting,
  verdict: Verdict,
  identities: readonly ProtectedIdentityConfig[],
): Promise<string> {
  const [{ explainVerdict }, { characterNames }, { renderDisguise }] = await Promise.all([
    import('../notify/disguise.js'),
    import('../util/character-names.js'),
    import('./check-disguise.js'),
  ]);
  return renderDisguise(explainVerdict(sighting, verdict, identities, await characterNames()));
}

function isHit({ verdict }: Verdict): boolean {
  return verdict !== 'none' && verdict !== 'official';
}

async function checkStream(detector: ScreeningDetector, options: CheckOptions): Promise<number> {
  const input: AsyncIterable<Uint8Array> =
    options.input === undefined || options.input === '-'
      ? process.stdin
      : createReadStream(options.input, { highWaterMark: 1 << 18 });
  const output = outputOf(options);
  const answer = asTable(options) ? renderVerdictRow : answerLine;
  const { errors } = await answerLines(
    input,
    output,
    (value) => {
      const sighting = sightingOf(value);
      return answer(sighting, detector.inspect(sighting));
    },
    answer === answerLine ? strangersBy(detector) : undefined,
  );
  await close(output);
  return errors > 0 ? 1 : 0;
}

/** Most results are "none", so no object is created for the line or the result. */
function strangersBy(detector: ScreeningDetector): QuickAnswer {
  const line = new AccountLine();
  return (bytes, at, writer) => {
    const end = line.read(bytes, at);
    if (end < 0 || (line.hasAvatar && detector.looksAtAvatars) || !detector.isStranger(line.text)) return -1;
    writer.add(ID);
    // a user id read here has no escapes, and needs none
    writer.addPart(bytes, line.idStart, line.idEnd);
    writer.add(NOTHING);
    return end;
  };
}
const NONE = '"verdict":"none","score":0,"protected":null,"evidence":[]}';
const ID = Buffer.from('{"user_id":"');
const NOTHING = Buffer.from(`",${NONE}`);

function answerLine({ userId }: Sighting, verdict: Verdict): string {
  if (verdict.verdict === 'none') return `{"user_id":${JSON.stringify(userId)},${NONE}`;
  const { verdict: level, score, protected: imitated, evidence } = verdict;
  return JSON.stringify({ user_id: userId, verdict: level, score, protected: imitated, evidence });
}

/**
 * Validated by hand, because a schema would take longer than the verdict. @throws LineError with everything that is
 * wrong
 */
function sightingOf(value: unknown): Sighting {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new LineError('HEIMDALL_E_LINE_FORM', checkTexts.lineForm);
  const { user_id: userId, displayname: displayName, avatar_url: avatarUrl } = value as Record<string, unknown>;
  if (typeof userId === 'string' && isUserId(userId) && isText(displayName) && isText(avatarUrl))
    return { userId, displayName, avatarUrl };
  const problems = [
    ...(typeof userId === 'string' && isUserId(userId) ? [] : [checkTexts.badUserId]),
    ...(isText(displayName) ? [] : [checkTexts.nameForm]),
    ...(isText(avatarUrl) ? [] : [checkTexts.avatarForm]),
  ];
  throw new LineError('HEIMDALL_E_LINE_FORM', problems.join('; '));
}

function isText(value: unknown): value is string | null | undefined {
  return value == null || typeof value === 'string';
}

function asTable({ json, output }: CheckOptions): boolean {
  return json !== true && (output === undefined || output === '-') && process.stdout.isTTY === true;
}

function outputOf({ output }: CheckOptions): Writable {
  return output === undefined || output === '-' ? process.stdout : createWriteStream(output);
}

async function close(output: Writable): Promise<void> {
  if (output === process.stdout) return;
  output.end();
  await finished(output);
}
