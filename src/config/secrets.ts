/** `<key>_file`: secrets that stand in files of their own (Docker and Kubernetes secrets, systemd credentials). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dotted, isMap } from './fields.js';
import type { Problem } from './problems.js';
import { SECRET_KEYS } from './schema-parts.js';
import { configTexts } from './texts.js';

/** Replaces each `<key>_file` of the tree by `<key>`; the tree is changed. Relative names are relative to `folder`. */
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

function readSecret(file: string): string | { problem: string; write: string } {
  try {
    const secret = readFileSync(file, 'utf8').trim();
    return secret !== '' ? secret : { problem: configTexts.emptyFile(file), write: configTexts.secretFile };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? configTexts.unknownReason;
    return {
      problem: configTexts.unreadableFile(file, reason),
      write: configTexts.readableFile,
    };
  }
}
