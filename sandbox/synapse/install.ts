import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cloneRoot } from '../root.js';
import { sleep } from '../wait.js';

const run = promisify(execFile);

/** The version that the harness was written for and tested with. */
export const SYNAPSE_VERSION = '1.163.0';

/** Why Synapse could not be installed; `reason` tells a missing Python from a package index out of reach. */
export class SynapseInstallError extends Error {
  constructor(
    readonly reason: 'no-python' | 'no-venv' | 'no-package-index',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'SynapseInstallError';
  }
}

/** A Synapse ready to start. */
export interface SynapseInstallation {
  /** the virtual environment's interpreter */
  python: string;
  /** self-signed certificate and key for the federation listeners (PEM); no server here checks it */
  certificate: string;
  privateKey: string;
}

type Say = (line: string) => void;

/** What every step may need. */
export interface Task {
  say: Say;
  /** ends the running child when the person gives up */
  signal: AbortSignal | undefined;
}

function installationAt(home: string): SynapseInstallation {
  return {
    python: path.join(home, 'venv', 'bin', 'python'),
    certificate: path.join(home, 'tls.crt'),
    privateKey: path.join(home, 'tls.key'),
  };
}

async function isInstalled(home: string): Promise<boolean> {
  const marker = await readFile(path.join(home, 'installed'), 'utf8').catch(() => '');
  return marker.trim() === SYNAPSE_VERSION && Object.values(installationAt(home)).every((file) => existsSync(file));
}

/**
 * The first interpreter that is new enough, by its real path: a shim (pyenv) may need a HOME that we do not have later.
 */
export async function findPython(): Promise<string> {
  const names = [
    process.env.HEIMDALL_PYTHON,
    'python3',
    '/usr/bin/python3',
    'python3.13',
    'python3.12',
    'python3.11',
    'python3.10',
    'python',
  ];
  const seen: string[] = [];
  for (const name of names) {
    if (name === undefined || name === '') continue;
    try {
      const { stdout } = await run(name, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2], sys.executable)'], {
        timeout: 20_000,
      });
      const [version = '', executable = ''] = stdout.trim().split(/ (.*)/s);
      const [major = 0, minor = 0] = version.split('.').map(Number);
      if (major === 3 && minor >= 10 && executable !== '') return executable;
      seen.push(`${name} is ${version}`);
    } catch {
      // not there, or a shim without a version behind it: try the next name
    }
  }
  throw new SynapseInstallError(
    'no-python',
    `Python 3.10 or newer is needed, and none was found${seen.length > 0 ? ` (${seen.join(', ')})` : ''}. Install python3, or name one in HEIMDALL_PYTHON.`,
  );
}

function tailOf(error: unknown): string {
  const {
    stderr = '',
    stdout = '',
    message = String(error),
  } = error as { stderr?: string; stdout?: string; message?: string };
  return (stderr.trim() || stdout.trim() || message).split('\n').slice(-6).join('\n');
}

export async function makeVenv(python: string, folder: string, { signal }: Task): Promise<void> {
  const attempts: [string, string[]][] = [
    [python, ['-m', 'venv', folder]],
    [python, ['-m', 'virtualenv', folder]],
    ['virtualenv', ['-p', python, folder]],
  ];
  let first: unknown;
  for (const [command, args] of attempts) {
    await rm(folder, { recursive: true, force: true });
    try {
      await run(command, args, { timeout: 180_000, signal });
      await run(path.join(folder, 'bin', 'python'), ['-m', 'pip', '--version'], { timeout: 60_000, signal });
      return;
    } catch (error) {
      signal?.throwIfAborted();
      first ??= error;
    }
  }
  throw new SynapseInstallError(
    'no-venv',
    `${python} cannot make a virtual environment: the modules venv and ensurepip are missing (on Debian and Ubuntu: apt install python3-venv), and virtualenv is not there either.\n${tailOf(first)}`,
    { cause: first },
  );
}

/** Installs one package into the interpreter's environment; a second try is made. */
export async function pipInstall(python: string, requirement: string, { signal }: Task): Promise<void> {
  const args = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', requirement];
  let last: unknown;
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    try {
      await run(python, args, { timeout: 600_000, maxBuffer: 64 * 1024 * 1024, signal });
      return;
    } catch (error) {
      signal?.throwIfAborted();
      last = error;
    }
  }
  throw new SynapseInstallError(
    'no-package-index',
    `pip could not install ${requirement}: is a Python package index within reach?\n${tailOf(last)}`,
    { cause: last },
  );
}

/** Made with the `cryptography` package that Synapse brings along, so that no openssl is needed. */
const CERTIFICATE_SCRIPT = `
import datetime, os, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "heimdall sandbox")])
start = datetime.datetime(2020, 1, 1)
certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    .serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(datetime.datetime(2120, 1, 1))
    .sign(key, hashes.SHA256()))
with open(sys.argv[1], "wb") as file:
    file.write(certificate.public_bytes(serialization.Encoding.PEM))
with os.fdopen(os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
    file.write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
`;

/** Holds `.synapse/lock` while it works: two test runs at once must not install over each other. */
async function locked<T>(home: string, { say, signal }: Task, work: () => Promise<T>): Promise<T> {
  const lock = path.join(home, 'lock');
  for (let told = false; ; told = true) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch {
      const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
      if (!isAlive(holder)) await rm(lock, { force: true });
      else if (!told) say(`process ${holder} is installing Synapse; waiting for it`);
      signal?.throwIfAborted();
      await sleep(500);
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

function isAlive(pid: number): boolean {
  // An empty lock file is one that was just made: its owner is about to write its number.
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Installs Synapse into `.synapse/` of the clone unless it is there already (about 25 s, once). Needs Python >= 3.10
 * and a package index; nothing outside the clone is written except pip's own cache.
 * Rejects with a SynapseInstallError that says what is missing.
 */
export async function installSynapse(say: Say = () => undefined, signal?: AbortSignal): Promise<SynapseInstallation> {
  const task: Task = { say, signal };
  const home = path.join(cloneRoot(), '.synapse');
  const installation = installationAt(home);
  if (await isInstalled(home)) return installation;
  await mkdir(home, { recursive: true });
  return locked(home, task, async () => {
    if (await isInstalled(home)) return installation;
    const python = await findPython();
    say(`installing Synapse ${SYNAPSE_VERSION} into .synapse (once, about half a minute)`);
    await makeVenv(python, path.join(home, 'venv'), task);
    await pipInstall(installation.python, `matrix-synapse==${SYNAPSE_VERSION}`, task);
    await run(installation.python, ['-c', CERTIFICATE_SCRIPT, installation.certificate, installation.privateKey], {
      timeout: 60_000,
    });
    await writeFile(path.join(home, 'installed'), `${SYNAPSE_VERSION}\n`);
    return installation;
  });
}
