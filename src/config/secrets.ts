/** `<key>_file`: secrets in separate files (Docker and Kubernetes secrets, systemd credentials). */
import path from 'node:path';
import { dotted, isMap } from './fields.js';
import type { Problem } from './problems.js';
import { readTextFile, UnreadableText } from '../util/read-text.js';
import { SECRET_KEYS } from './schema-parts.js';
import { configTexts } from './texts.js';

/** Replaces each `<key>_file` in the tree by `<key>`, in place. Relative names are relative to `folder`. */
export function readSecretFiles(tree: Record<string, unknown>, folder: string): Problem[] {
  const problems: Problem[] = [];
  for (const [name, section] of Object.entries(tree)) {
    if (!isMap(section)) continue;
    for (const key of SECRET_KEYS) {
      const fileKey = `${key}_file`;
      const file = section[fileKey];
      if (typeof file !== 'string' || file === '') continue; // of a wrong type: the schema complains
      delete section[fileKey];
      const at = dotted([name, fileKey]);
      if (section[key] != null) {
        problems.push({ key: at, problem: configTexts.besideKey(name, key), write: configTexts.onlyOne });
        continue;
      }
      const secret = readSecret(path.resolve(folder, file));
      if (typeof secret === 'string') section[key] = secret;
      else problems.push({ key: at, ...secret });
    }
  }
  return problems;
}

const MOST_BYTES = 64 * 1024;

function readSecret(file: string): string | { problem: string; write: string } {
  try {
    const secret = readTextFile(file, MOST_BYTES).trim();
    if (secret === '') return { problem: configTexts.emptyFile(file), write: configTexts.secretFile };
    // a token or URL holds none, and a header of HTTP takes none
    if (/\p{Cc}/u.test(secret)) return { problem: configTexts.severalLines(file), write: configTexts.oneLine };
    return secret;
  } catch (error) {
    const reason =
      error instanceof UnreadableText
        ? error.message
        : ((error as NodeJS.ErrnoException).code ?? configTexts.unknownReason);
    return {
      problem: configTexts.unreadableFile(file, reason),
      write: configTexts.readableFile,
    };
  }
}
