import { isUserId } from '../../matrix/identifiers.js';
import { readText, readYaml } from '../../config/document.js';
import { HeimdallError } from '../../util/errors.js';
import { texts } from '../texts.js';
import {
  accountProblem,
  addressProblem,
  adminTokenProblem,
  homeserverProblem,
  isRoom,
  roomProblem,
  serverNameProblem,
  smtpProblem,
  ownNameOf,
} from './checks.js';
import { Questions, wordsOf } from './terminal.js';
import { setupTexts } from './texts.js';

/**
 * The answers `heimdall setup` needs. An answers file is a configuration with the known keys (see
 * docs/operate/configuration.md), plus options of setup itself.
 */
export interface Answers {
  /** configuration keys, as they will be written */
  config: Record<string, unknown>;
  /** rooms to protect, by id or alias */
  rooms: string[];
  /** how long to wait for the homeserver's restart */
  waitSeconds: number;
  /** whether somebody answers at a terminal */
  asks?: boolean;
}

export const DEFAULT_WAIT_SECONDS = 600;

/** Reads an answers file. Its values are validated later with the configuration. */
export function readAnswers(file: string): Answers {
  const { value } = readYaml(readText(file), file);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new HeimdallError('HEIMDALL_E_ANSWERS', setupTexts.noAnswers(file), setupTexts.noAnswersRemedy);
  const { rooms = [], wait_seconds: wait = DEFAULT_WAIT_SECONDS, ...config } = value as Record<string, unknown>;
  if (!Array.isArray(rooms) || !rooms.every((room) => typeof room === 'string' && isRoom(room)))
    throw new HeimdallError('HEIMDALL_E_ANSWERS', setupTexts.roomsForm, setupTexts.roomsExample);
  if (typeof wait !== 'number' || !(wait >= 0))
    throw new HeimdallError('HEIMDALL_E_ANSWERS', setupTexts.waitForm, setupTexts.waitExample);
  return { config: withSafeDefaults(config), rooms: rooms as string[], waitSeconds: wait };
}

/** Asks on the terminal. Each answer is checked at once, and asked again if it cannot be right. */
export async function askForAnswers(): Promise<Answers> {
  const questions = new Questions(
    () => new HeimdallError('HEIMDALL_E_ANSWERS', setupTexts.inputEnded, setupTexts.inputEndedRemedy),
  );
  const ask = questions.ask.bind(questions);
  try {
    const url = await ask(setupTexts.askUrl, 'http://127.0.0.1:8008', homeserverProblem);
    const serverName = await ask(setupTexts.askServerName, await ownNameOf(url), (text) =>
      serverNameProblem(url, text),
    );
    const official = await ask(setupTexts.askProtected, `@server:${serverName}`, (text) =>
      isUserId(text) ? undefined : setupTexts.notAUserId,
    );
    const name = await ask(setupTexts.askName, undefined, (text) => (text === '' ? setupTexts.giveName : undefined));
    const account = (userId: string) => accountProblem(url, serverName, userId);
    const moderators = await questions.askList(setupTexts.askModerators, account, true);
    const room = await ask(setupTexts.askRoom, `#moderators:${serverName}`, (text) =>
      isRoom(text) ? undefined : setupTexts.notARoom,
    );
    const rooms = await questions.askList(setupTexts.askRooms, (room) => roomProblem(url, room), false);
    const adminToken = await ask(setupTexts.askAdminToken, '', (text) => adminTokenProblem(url, serverName, text));
    const mail = await askForMail(questions, serverName);
    return {
      config: withSafeDefaults({
        homeserver: { url, server_name: serverName, ...(adminToken === '' ? {} : { admin_token: adminToken }) },
        management_room: room,
        admins: moderators,
        protected_identities: [{ user_id: official, display_names: [name] }],
        ...(mail === undefined ? {} : { mail }),
      }),
      rooms,
      waitSeconds: DEFAULT_WAIT_SECONDS,
      asks: true,
    };
  } finally {
    questions.close();
  }
}

async function askForMail(questions: Questions, serverName: string): Promise<Record<string, string> | undefined> {
  const smtp = await questions.ask(setupTexts.askSmtp, '', smtpProblem);
  if (smtp === '') return undefined;
  const domain = serverName.replace(/:\d+$/, '');
  return {
    smtp_url: smtp,
    from: await questions.ask(setupTexts.askFrom, `heimdall@${domain}`, addressProblem),
    abuse_contact: await questions.ask(setupTexts.askDesk, `abuse@${domain}`, addressProblem),
  };
}

/** Lets people choose from a list by number; choosing none is valid, and so is the end of input. */
export async function chooseRooms(rooms: readonly { roomId: string; label: string }[]): Promise<string[]> {
  const questions = new Questions((interrupted) => (interrupted ? stopped() : new NoAnswer()));
  try {
    rooms.forEach(({ label }, index) => process.stdout.write(`  ${index + 1}. ${label}\n`));
    const said = await questions.ask(texts.setup.whichRooms, '', (text) =>
      wordsOf(text).every((one) => rooms[Number(one) - 1] !== undefined)
        ? undefined
        : texts.setup.notInList(rooms.length),
    );
    return [...new Set(wordsOf(said).map(Number))].flatMap((one) => rooms[one - 1]?.roomId ?? []);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    process.stdout.write('\n');
    return [];
  } finally {
    questions.close();
  }
}

class NoAnswer extends Error {}

/** The message when setup is interrupted after writing the configuration. */
export function stopped(): HeimdallError {
  return new HeimdallError('HEIMDALL_E_SETUP', setupTexts.stopped, setupTexts.stoppedRemedy);
}

/** Nothing is changed and no mail is sent until somebody says so. */
function withSafeDefaults(config: Record<string, unknown>): Record<string, unknown> {
  return { mail: { smtp_url: null }, dry_run: true, ...config };
}
