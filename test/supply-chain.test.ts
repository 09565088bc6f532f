/** What comes from outside: packages, the container's base, and what must never get into the repository. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packageRoot } from '../src/util/package-root.js';

const read = (file: string) => readFileSync(path.join(packageRoot(), file), 'utf8');

interface Locked {
  resolved?: string;
  integrity?: string;
  link?: boolean;
}
const manifest = JSON.parse(read('package.json')) as {
  version: string;
  bin: Record<string, string>;
  overrides: Record<string, string>;
} & Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>;
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };

describe('the lockfile', () => {
  it('names no registry and no other address, only folders of this repository', () => {
    const addresses = Object.entries(lock.packages)
      .filter(([, { resolved, link }]) => resolved !== undefined && !(link === true && resolved.startsWith('vendor/')))
      .map(([name]) => name);
    expect(addresses).toEqual([]);
  });

  it('has a strong hash of everything that is downloaded', () => {
    const without = Object.entries(lock.packages)
      .filter(([name, { link }]) => name !== '' && !name.startsWith('vendor/') && link !== true)
      .filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''))
      .map(([name]) => name);
    expect(without).toEqual([]);
  });

  it('runs no script of a package at the installation of what runs', () => {
    const scripts = Object.entries(
      lock.packages as Record<string, Locked & { hasInstallScript?: boolean; dev?: boolean }>,
    )
      .filter(([, { hasInstallScript, dev }]) => hasInstallScript === true && dev !== true)
      .map(([name]) => name.replace(/.*node_modules\//, ''));
    expect(scripts).toEqual([]);
  });
});

describe('the dependencies', () => {
  it('are each explained, and no other is', () => {
    const page = read('docs/operate/dependencies.md');
    const rows = [...page.matchAll(/^\| (`.*?`(?:, `.*?`)*)(?: \(optional\))? \|/gm)];
    const explained = new Set(
      rows.flatMap(([, names = '']) => [...names.matchAll(/`([^`]+)`/g)].map(([, one]) => one)),
    );
    const all = [
      ...Object.keys(manifest.dependencies),
      ...Object.keys(manifest.devDependencies),
      ...Object.keys(manifest.optionalDependencies),
      ...Object.keys(manifest.overrides),
    ];
    expect(all.filter((name) => !explained.has(name))).toEqual([]);
    expect([...explained].filter((name) => !all.includes(name ?? ''))).toEqual([]);
  });
});

describe('the container', () => {
  it('stands on one base, named in one line, which can be given by its digest', () => {
    const [first, ...others] = [...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(first).toMatch(/^node:\d+-[a-z]+-slim(@sha256:[0-9a-f]{64})?$/);
    expect(others).toEqual(['base', 'base', 'base']);
  });

  it('is healthy whichever loopback it listens on, and not when nobody answers', async () => {
    const [, command = '[]'] = /^HEALTHCHECK[^[]*(\[.*\])$/m.exec(read('Dockerfile').replace(/\\\n\s*/g, '')) ?? [];
    const [node, ...check] = JSON.parse(command) as string[];
    expect(node).toBe('node');
    const verdictOf = async (address?: string, status = 200): Promise<number | null> => {
      const server = createServer((_request, response) => response.writeHead(status).end());
      server.listen(0, address ?? '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      if (address === undefined) server.close();
      const child = spawn(process.execPath, check, { env: { HEIMDALL_APPSERVICE__PORT: `${port}` } });
      const [code] = (await once(child, 'exit')) as [number | null];
      server.close();
      return code;
    };
    expect(await verdictOf('127.0.0.1')).toBe(0);
    if (Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1')))
      expect(await verdictOf('::1')).toBe(0);
    expect(await verdictOf('127.0.0.1', 503)).toBe(1);
    expect(await verdictOf()).toBe(1);
  });
});

describe('git', () => {
  it('does not track what holds secrets', () => {
    if (!existsSync(path.join(packageRoot(), '.git'))) return;
    const ignored = (file: string) => {
      try {
        execFileSync('git', ['check-ignore', '-q', file], { cwd: packageRoot() });
        return true;
      } catch {
        return false;
      }
    };
    const secret = [
      'config.yaml',
      'config.prod.yaml',
      'registration.yaml',
      'registration-heimdall.yaml',
      'data/ledger.sqlite',
    ];
    expect(secret.filter((file) => !ignored(file))).toEqual([]);
    expect(['config.sample.yaml', 'registration.sample.yaml'].filter(ignored)).toEqual([]);
    const tracked = execFileSync('git', ['ls-files', ...secret], { cwd: packageRoot(), encoding: 'utf8' });
    expect(tracked).toBe('');
  });
});

describe('the command', () => {
  const bin = path.join(packageRoot(), manifest.bin.heimdall ?? '');
  const run = (file: string, ...args: string[]) => {
    try {
      return { code: 0, text: execFileSync(process.execPath, [file, ...args], { encoding: 'utf8', stdio: 'pipe' }) };
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: string };
      return { code: status, text: stderr };
    }
  };

  it('is a file of the repository that a shell can start', () => {
    expect(readFileSync(bin, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(statSync(bin).mode & 0o111).toBe(0o111);
    const inLock = (lock.packages[''] as { bin?: Record<string, string> }).bin;
    expect(inLock).toEqual(manifest.bin);
  });

  it('says before the build what to do, and its version', () => {
    const clone = mkdtempSync(path.join(tmpdir(), 'heimdall-clone-'));
    try {
      cpSync(path.dirname(bin), path.join(clone, 'bin'), { recursive: true });
      cpSync(path.join(packageRoot(), 'package.json'), path.join(clone, 'package.json'));
      const file = path.join(clone, manifest.bin.heimdall ?? '');
      expect(run(file, 'run', '--config', 'x')).toEqual({ code: 1, text: expect.stringContaining('npm run build') });
      expect(run(file, '--version')).toEqual({ code: 0, text: `${manifest.version}\n` });
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  });
});
