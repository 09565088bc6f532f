import { z } from 'zod';
import type { ActionHandler } from '../../actions/types.js';
import type { SupportFetcher } from '../../mail/fetch-support.js';
import { isIpLiteral, withoutPort } from '../../matrix/identifiers.js';
import type { NewAction } from '../../store/records/actions.js';
import type { Ledger, LedgerTransaction } from '../../store/types.js';
import { askRegistration, isRegistrationOpen, type RegistrationAnswer } from './answer.js';

export interface AskRegistrationOptions {
  fetcher: Pick<SupportFetcher, 'ask' | 'fetch'>;
  /** base URLs of homeservers from the admin; only these may be private and plain http */
  overrides: Readonly<Record<string, string>>;
  ledger: Pick<Ledger, 'commit'>;
  answered: (tx: LedgerTransaction, answer: RegistrationAnswer) => Promise<NewAction[]>;
}

const clientFile = z.object({ 'm.homeserver': z.object({ base_url: z.string().max(500) }) });

/** `ask_registration`: asks a homeserver about its registration, and records the consequences. */
export function askRegistrationHandler({
  fetcher,
  overrides,
  ledger,
  answered,
}: AskRegistrationOptions): ActionHandler {
  return askRegistration.handler(async ({ server, roomId, userId, eventId, at }) => {
    const open = await registrationOf(server, fetcher, overrides);
    const content = { membership: 'join' };
    const member = { type: 'm.room.member', state_key: userId, sender: userId, content };
    const event = { ...member, event_id: eventId, room_id: roomId, origin_server_ts: at };
    const follow = await ledger.commit((tx) => answered(tx, { server, roomId, userId, event, open }));
    return { state: 'done', result: { open: open ?? null }, follow };
  });
}

/**
 * Whether a homeserver has open registration. Its client API is named in its well-known file (spec "Well-known URIs"),
 * or else by its name.
 */
export async function registrationOf(
  server: string,
  fetcher: Pick<SupportFetcher, 'ask' | 'fetch'>,
  overrides: Readonly<Record<string, string>>,
): Promise<boolean | undefined> {
  const written = [server, withoutPort(server)].flatMap((name) =>
    Object.hasOwn(overrides, name) ? [overrides[name]] : [],
  )[0];
  const named = written === undefined ? await baseUrlOf(server, fetcher) : urlOf(written);
  if (named === undefined) return undefined;
  const url = urlOf(`${named.href.replace(/\/+$/, '')}/_matrix/client/v3/register`);
  if (url === undefined) return undefined;
  // an empty request creates no account: without "auth" a homeserver lists its requirements
  const answer = await fetcher.ask(url, { trusted: written !== undefined, body: {} });
  return answer === undefined ? undefined : isRegistrationOpen(answer.status, answer.json);
}

async function baseUrlOf(server: string, fetcher: Pick<SupportFetcher, 'fetch'>): Promise<URL | undefined> {
  const host = withoutPort(server).toLowerCase();
  if (isIpLiteral(host) || !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(host)) return undefined;
  const file = urlOf(`https://${host}/.well-known/matrix/client`);
  const parsed = clientFile.safeParse(file === undefined ? undefined : await fetcher.fetch(file));
  return urlOf(parsed.success ? parsed.data['m.homeserver'].base_url : `https://${host}`);
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
