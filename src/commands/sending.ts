/** Sending answers: as messages, or as a file if too long. */
import { messageContent, paginate, type Block } from '../matrix/message.js';
import type { HomeserverEffects } from '../matrix/types.js';
import { message } from '../notify/actions.js';
import type { NewAction } from '../store/records/actions.js';
import { answerContent } from './answers.js';
import { exportTexts } from './texts/export.js';
import type { Invocation } from './types.js';

/** A longer answer would flood the room. */
const MOST_BYTES = 32 * 1024;
/** Other commands wait behind it. */
const UPLOAD_MS = 10_000;
const TEXT = { name: 'heimdall-answer.txt', type: 'text/plain; charset=utf-8' };

/** An uploaded file. */
export interface Uploaded {
  name: string;
  type: string;
  url: string;
  /** in bytes */
  size: number;
}

/** Answers are replies to the command, in its thread; a long one is split into several messages. */
export function answers(invocation: Invocation, blocks: Block[]): NewAction[] {
  return paginate(blocks).map((page, index) =>
    message.create(
      { roomId: invocation.roomId, content: answerContent(invocation, page) },
      { key: `answer:${invocation.key}:${index}` },
    ),
  );
}

/**
 * The same, but a very long answer is shortened, with all of it in a file. The command has been carried out by now, so
 * if the upload fails for any reason, the answer is sent in several messages instead.
 */
export async function answersOrFile(
  homeserver: Pick<HomeserverEffects, 'uploadText'>,
  invocation: Invocation,
  blocks: Block[],
): Promise<NewAction[]> {
  const text = String(messageContent(blocks).body);
  const size = Buffer.byteLength(text);
  const [first] = paginate(blocks);
  if (size <= MOST_BYTES || first === undefined) return answers(invocation, blocks);
  try {
    const url = await homeserver.uploadText(text, { ...TEXT, timeoutMs: UPLOAD_MS });
    const file = fileMessage(invocation, { ...TEXT, type: 'text/plain', url, size });
    return [...answers(invocation, [...first, { line: [exportTexts.restInFile(TEXT.name)] }]), file];
  } catch {
    return answers(invocation, blocks);
  }
}

/** The message that shows a file (spec "m.file"), as an answer to the command. */
export function fileMessage(invocation: Invocation, { name, type, url, size }: Uploaded): NewAction {
  const { 'm.relates_to': relation } = answerContent(invocation, []);
  const info = { mimetype: type, size };
  const content = {
    msgtype: 'm.file',
    body: name,
    filename: name,
    url,
    info,
    'm.mentions': {},
    'm.relates_to': relation,
  };
  return message.create({ roomId: invocation.roomId, content }, { key: `answer:${invocation.key}:file` });
}
