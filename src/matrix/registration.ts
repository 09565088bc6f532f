/**
 * The registration: the file that makes us known to the homeserver (spec, Application Service API, "Registration").
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { HeimdallError, messageOf } from '../util/errors.js';
import { matrixTexts } from './texts.js';

const namespace = z
  .array(z.object({ regex: z.string(), exclusive: z.boolean() }))
  .nullish()
  .transform((list) => list ?? []);

/** Keys of others (MSC flags, keys of later specs) are passed over. */
const registrationSchema = z.object({
  id: z.string().min(1),
  url: z.string().nullable(),
  as_token: z.string(),
  hs_token: z.string(),
  sender_localpart: z.string(),
  rate_limited: z.boolean().optional(),
  namespaces: z
    .object({ users: namespace, rooms: namespace, aliases: namespace })
    .default({ users: [], rooms: [], aliases: [] }),
});

/** A registration with usable tokens. The tokens are secrets: never log this. */
export type Registration = z.output<typeof registrationSchema>;

export interface RegistrationOptions {
  /** where the homeserver reaches us */
  url: string;
  /** with port, if the homeserver's name has one */
  serverName: string;
  botLocalpart: string;
}

/** What stands in the sample instead of a token. Everybody knows it, so it lets nobody in. */
const PLACEHOLDER = /placeholder/i;
const SHORTEST_TOKEN = 16;

/**
 * Not loaded above: the bridge takes half a second, and reading a registration does not need it. A package that comes
 * with it (htmlencode) uses what Node 24 calls deprecated; whoever runs Heimdall can do nothing about that.
 */
async function loadBridge() {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    return await import('matrix-appservice-bridge');
  } finally {
    if (noDeprecation === undefined) delete process.noDeprecation;
    else process.noDeprecation = noDeprecation;
  }
}

/**
 * A registration with fresh tokens. All rooms are ours to see but not ours alone, which gives no power to act as
 * anybody; of users only our own bot: a namespace over local accounts would let a stolen token act as any of them.
 * The aliases are for the policy lists that we make (Synapse refuses an alias outside of the namespace).
 */
export async function makeRegistration({ url, serverName, botLocalpart }: RegistrationOptions): Promise<Registration> {
  const { AppServiceRegistration } = await loadBridge();
  const registration = new AppServiceRegistration(url);
  registration.setId(botLocalpart);
  // the prefix keeps a token from looking like a YAML number, and lets secret scanners find a leaked one
  registration.setAppServiceToken(`heimdall_as_${randomBytes(32).toString('hex')}`);
  registration.setHomeserverToken(`heimdall_hs_${randomBytes(32).toString('hex')}`);
  registration.setSenderLocalpart(botLocalpart);
  registration.setRateLimited(false);
  const { users, rooms, aliases } = expectedNamespaces({ serverName, botLocalpart });
  registration.addRegexPattern('users', users, true);
  registration.addRegexPattern('rooms', rooms, false);
  registration.addRegexPattern('aliases', aliases, false);
  return registrationSchema.parse(registration.getOutput());
}

/** The expressions of the namespaces, without the library: who runs all day does not load it to compare a file. */
export function expectedNamespaces({ serverName, botLocalpart }: Omit<RegistrationOptions, 'url'>) {
  return {
    users: `${escapeRegex(`@${botLocalpart}:${serverName}`)}$`,
    rooms: '.*',
    aliases: `#.*:${escapeRegex(serverName)}`,
  };
}

/**
 * Reads and checks a registration file.
 * @throws HeimdallError HEIMDALL_E_REGISTRATION: not there, not of the form, or with tokens that are no secret
 */
export function readRegistration(file: string): Registration {
  const parsed = registrationSchema.safeParse(parseFile(file));
  if (!parsed.success) {
    const keys = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || matrixTexts.theFile))].join(
      ', ',
    );
    throw refused(matrixTexts.notARegistration(file, keys));
  }
  const registration = parsed.data;
  const weak = weakness(registration);
  if (weak !== undefined) throw refused(`${file} ${weak}`);
  return registration;
}

/** Says whether a registration file has tokens that are secret; a sample, an empty file or no file has none. */
export function holdsTokens(file: string): boolean {
  try {
    readRegistration(file);
    return true;
  } catch {
    return !isSampleOrAbsent(file);
  }
}

function isSampleOrAbsent(file: string): boolean {
  try {
    const text = readFileSync(file, 'utf8');
    return text.trim() === '' || PLACEHOLDER.test(text);
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

function parseFile(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw refused(matrixTexts.unreadable(file, (error as NodeJS.ErrnoException).code ?? messageOf(error)));
  }
  try {
    return parse(text, { prettyErrors: false }) as unknown;
  } catch {
    throw refused(matrixTexts.notYaml(file)); // the parser's message would quote tokens
  }
}

function weakness({ as_token: asToken, hs_token: hsToken }: Registration): string | undefined {
  if (PLACEHOLDER.test(asToken) || PLACEHOLDER.test(hsToken)) return matrixTexts.isSample;
  if (Math.min(asToken.length, hsToken.length) < SHORTEST_TOKEN) return matrixTexts.shortToken(SHORTEST_TOKEN);
  if (asToken === hsToken) return matrixTexts.sameToken;
  return undefined;
}

function refused(message: string): HeimdallError {
  return new HeimdallError('HEIMDALL_E_REGISTRATION', `${message}.`, matrixTexts.runRegister);
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
