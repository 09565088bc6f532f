/** The docs say what the code does: codes, metrics, commands, keys and links are compared with their sources. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { commandReference } from '../src/commands/reference.js';
import { COMMANDS } from '../src/commands/table.js';
import { protectionReference } from '../src/protections/reference.js';
import { PROTECTIONS } from '../src/protections/table.js';
import { settingsFor } from '../src/protections/values.js';
import { createMetrics, createProcessMetrics } from '../src/web/metrics.js';
import { packageRoot } from '../src/util/package-root.js';

const ROOT = packageRoot();
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const filesIn = (folder: string, ending: string) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(folder, name));
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesIn('docs', '.md')];

describe('the docs', () => {
  it('explain every error code of the source, and no other', () => {
    const inSource = new Set(
      filesIn('src', '.ts').flatMap((file) => [...read(file).matchAll(/HEIMDALL_E_[A-Z0-9_]+/g)].map(String)),
    );
    const explained = new Set(
      [...read('docs/operate/errors.md').matchAll(/^\| `(HEIMDALL_E_[A-Z0-9_]+)`/gm)].map(([, code]) => code),
    );
    expect([...inSource].filter((code) => !explained.has(code))).toEqual([]);
    expect([...explained].filter((code) => code !== undefined && !inSource.has(code))).toEqual([]);
  });

  it('explain every metric of ours, and no other', async () => {
    const { registry } = createMetrics({
      actionsDue: () => Promise.resolve(0),
      protectedRooms: () => 0,
      rulesInForce: () => 0,
      federationLags: () => [],
    });
    const all = await Promise.all([registry, createProcessMetrics(() => true)].map((one) => one.getMetricsAsJSON()));
    const ours = all
      .flat()
      .map(({ name }) => name)
      .filter((name) => name.startsWith('heimdall_'));
    const explained = [...read('docs/operate/metrics.md').matchAll(/^\| `(heimdall_\w+)/gm)].map(([, name]) => name);
    expect([...explained].sort()).toEqual([...ours].sort());
  });

  it('show every command of the management room with its usage', () => {
    const page = read('docs/moderate/commands.md');
    expect(page).toBe(commandReference());
    for (const { usage } of COMMANDS) expect(page).toContain(`\n\`${usage}\`\n`);
  });

  it('show every protection with its other names, its own settings and its response', () => {
    const page = read('docs/moderate/protections.md');
    expect(page).toBe(protectionReference());
    const sections = new Map(page.split(/^## /m).map((part) => [part.split('\n', 1)[0], part]));
    for (const protection of PROTECTIONS) {
      const section = sections.get(protection.name) ?? '';
      expect(section).toContain(protection.about);
      for (const alias of protection.aliases) expect(section).toContain(`\`${alias}\``);
      const common = sections.get('Settings that all have') ?? '';
      for (const { key, note } of settingsFor(protection)) {
        const told = key === 'response' ? section : `${common}${section}`;
        expect([protection.name, key, told.includes(`- \`${key}\` `)]).toEqual([protection.name, key, true]);
        for (const { name } of note.aliases ?? []) expect(section).toContain(`\`${name}\``);
      }
    }
  });

  it('lead from the commands of other bots to commands that are there, under the same words', () => {
    const rows = [...read('docs/moderate/coming-from.md').matchAll(/^\| (`.*?) \| `([^`]+)` \|/gm)];
    expect(rows.length).toBeGreaterThan(30);
    const names = new Map(
      COMMANDS.flatMap((one) => [one.name, ...(one.aliases ?? [])].map((name) => [name, one.name])),
    );
    for (const [, , ours = ''] of rows) expect([ours, names.get(ours)]).toEqual([ours, ours]);
  });

  it.each(pages)('%s leads to pages that are there', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)(#[^)]*)?\)/g)].map(([, target = '']) => target);
    expect(links.filter((target) => !existsSync(path.join(ROOT, path.dirname(page), target)))).toEqual([]);
  });

  it.each(pages)('%s holds no trace of the machine that it was written on', (page) => {
    expect(read(page)).not.toMatch(/\/work\/|\/root\/|\/tmp\/|TODO|FIXME/);
  });
});
