import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { kindOf, KNOWN_HOMESERVERS, limitsOf } from '../../src/cli/doctor/homeserver-kinds.js';
import { packageRoot } from '../../src/util/package-root.js';

describe('homeserver software', () => {
  it.each([
    ['Synapse 1.163.0', 'Synapse'],
    ['Tuwunel 1.9.0', 'Tuwunel'],
    ['continuwuity 0.5.0', 'Continuwuity'],
    ['conduwuit 0.4.6', 'Continuwuity'],
    ['Dendrite 0.15.0', 'Dendrite'],
    ['nginx 1.27', undefined],
  ])('%s is %s', (said, kind) => expect(kindOf(said)).toBe(kind));

  it('names what does not work there, and nothing on Synapse', () => {
    expect(limitsOf('Synapse 1.163.0')).toEqual([]);
    for (const name of KNOWN_HOMESERVERS.slice(1))
      expect(limitsOf(name).join()).toContain('reports made to the homeserver');
  });

  it('stands in the table of the documentation', () => {
    const page = readFileSync(path.join(packageRoot(), 'docs/operate/homeservers.md'), 'utf8');
    expect(page).toContain(`| | ${KNOWN_HOMESERVERS.join(' | ')} |`);
  });
});
