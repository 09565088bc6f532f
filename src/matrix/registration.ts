/** The registration file, which introduces us to the homeserver (spec, Application Service API, "Registration"). */
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

/** Unknown keys (MSC flags, keys of later specs) are ignored. */
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
  /** the address at which the homeserver reaches us */
  url: string;
  /** with port, if the homeserver's name has one */
  serverName: string;
  botLocalpart: string;
}

/** The placeholder for tokens in the sample. It is public, so it is never accepted. */
const PLACEHOLDER = /placeholder/i;
const SHORTEST_TOKEN = 16;

/**
 * Loaded lazily: the bridge takes half a second, and reading a registration does not need it. One of its dependencies
 * (htmlencode) triggers a deprecation warning of Node 24, which admins can do nothing about.
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
 * A registration with fresh tokens. The rooms namespace covers all rooms non-exclusively, which gives no power to act
 * as anybody. The users namespace has only our own bot: one over local accounts would let a stolen token act as any of
 * them. The aliases are for policy lists that we create (Synapse refuses an alias outside of the namespace).
 */
export async function makeRegistration({ url, serverName, botLocalpart }: RegistrationOptions): Promise<Registration> {
  const { AppServiceRegistration } = await loadBridge();
  const registration = new AppServiceRegistration(url);
  registration.setId(botLocalpart);
  // the prefix keeps a token from looking like a YAML number, and helps secret scanners to find a leaked one
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

/** The regular expressions of the namespaces, without the library, which `run` need not load just to compare a file. */
export function expectedNamespaces({ serverName, botLocalpart }: Omit<RegistrationOptions, 'url'>) {
  return {
    users: `${escapeRegex(`@${botLocalpart}:${serverName}`)}$`,
    rooms: '.*',
    aliases: `#.*:${escapeRegex(serverName)}`,
  };
}

/**
 * Reads and checks a registration file.
 * @throws HeimdallError HEIMDALL_E_REGISTRATION: missing, malformed, or with tokens that are not secret
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

/** Whether a registration file has secret tokens; a sample, an empty or a missing file does not. */
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
