import { createInterface, type Interface } from 'node:readline/promises';
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
  type Problem,
} from './checks.js';
import { setupTexts } from './texts.js';

/**
 * What `heimdall setup` has to know. An answers file is a configuration with just the keys that one knows (see
 * docs/operate/configuration.md), and beside them what setup itself does.
 */
export interface Answers {
  /** keys of the configuration, as they will be written */
  config: Record<string, unknown>;
  /** rooms to protect, by id or alias */
  rooms: string[];
  /** how long to wait for the homeserver's restart */
  waitSeconds: number;
  /** somebody sits at the terminal and answers */
  asks?: boolean;
}

const DEFAULT_WAIT_SECONDS = 600;

/** Reads an answers file. Whether its values are right, the configuration's own check says later. */
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

/** Asks on the terminal. Each answer is checked at once, and asked for again when it cannot be right. */
export async function askForAnswers(): Promise<Answers> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const url = await ask(terminal, setupTexts.askUrl, 'http://127.0.0.1:8008', homeserverProblem);
    const serverName = await ask(terminal, setupTexts.askServerName, undefined, serverNameProblem);
    const official = await ask(terminal, setupTexts.askProtected, `@server:${serverName}`, (text) =>
      isUserId(text) ? undefined : setupTexts.notAUserId,
    );
    const name = await ask(terminal, setupTexts.askName, undefined, (text) =>
      text === '' ? setupTexts.giveName : undefined,
    );
    const moderators = await askList(
      terminal,
      setupTexts.askModerators,
      (userId) => accountProblem(url, serverName, userId),
      true,
    );
    const room = await ask(terminal, setupTexts.askRoom, `#moderators:${serverName}`, (text) =>
      isRoom(text) ? undefined : setupTexts.notARoom,
    );
    const rooms = await askList(terminal, setupTexts.askRooms, (room) => roomProblem(url, room), false);
    const adminToken = await ask(terminal, setupTexts.askAdminToken, '', (text) => adminTokenProblem(url, text));
    const smtp = await ask(terminal, setupTexts.askSmtp, '', smtpProblem);
    const mail =
      smtp === ''
        ? undefined
        : {
            smtp_url: smtp,
            from: await ask(terminal, setupTexts.askFrom, `heimdall@${serverName}`, addressProblem),
            abuse_contact: await ask(terminal, setupTexts.askDesk, `abuse@${serverName}`, addressProblem),
          };
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
    terminal.close();
  }
}

/** Lets people choose from a list by numbers; none is an answer. Called again it asks again. */
export async function chooseRooms(rooms: readonly { roomId: string; label: string }[]): Promise<string[]> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    rooms.forEach(({ label }, index) => process.stdout.write(`  ${index + 1}. ${label}\n`));
    const numbers = (text: string): number[] =>
      text
        .split(/[\s,]+/)
        .filter((word) => word !== '')
        .map(Number);
    const said = await ask(terminal, texts.setup.whichRooms, '', (text) =>
      numbers(text).every((one) => rooms[one - 1] !== undefined) ? undefined : texts.setup.notInList(rooms.length),
    );
    return [...new Set(numbers(said))].flatMap((one) => rooms[one - 1]?.roomId ?? []);
  } finally {
    terminal.close();
  }
}

/** Nothing is changed and nobody is written to before somebody says so. */
function withSafeDefaults(config: Record<string, unknown>): Record<string, unknown> {
  return { mail: { smtp_url: null }, dry_run: true, ...config };
}

type Check = (text: string) => Problem | Promise<Problem>;

/** One line from the terminal. An input that ends (Ctrl+D, Ctrl+C, a pipe) is no answer. */
function lineFrom(terminal: Interface, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const onClose = (): void =>
      reject(new HeimdallError('HEIMDALL_E_ANSWERS', setupTexts.inputEnded, setupTexts.inputEndedRemedy));
    terminal.once('close', onClose);
    terminal.question(question).then((line) => {
      terminal.off('close', onClose);
      resolve(line);
    }, reject);
  });
}

async function ask(terminal: Interface, question: string, usual: string | undefined, check: Check): Promise<string> {
  for (;;) {
    const said = (await lineFrom(terminal, `${question}${usual ? ` [${usual}]` : ''} `)).trim();
    const answer = said === '' && usual !== undefined ? usual : said;
    const problem = await check(answer);
    if (problem === undefined) return answer;
    process.stdout.write(`  ${problem}\n`);
  }
}

async function askList(terminal: Interface, question: string, problemOf: Check, needed: boolean): Promise<string[]> {
  const words = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');
  const text = await ask(terminal, question, needed ? undefined : '', async (said) => {
    for (const word of words(said)) {
      const problem = await problemOf(word);
      if (problem !== undefined) return setupTexts.about(word, problem);
    }
    return needed && words(said).length === 0 ? setupTexts.atLeastOne : undefined;
  });
  return words(text);
}
