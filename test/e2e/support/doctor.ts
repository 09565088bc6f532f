import { runHeimdall } from '../../../sandbox/heimdall.js';
import { waitFor } from '../../../sandbox/wait.js';
import type { Stage } from './stage.js';

interface Line {
  check: string;
  health: string;
  found: string;
  remedy?: string;
}

export interface Doctor {
  code: number;
  /** what was found of one check, each with its health */
  of(check: string): string;
  /** the same, with what to do */
  remedyOf(check: string): string;
  complaints: string[];
}

/** Runs `heimdall doctor` with the configuration that is there now. */
export async function askDoctor(stage: Stage, ...args: string[]): Promise<Doctor> {
  const { code, stdout } = await runHeimdall(['doctor', '--config', stage.heimdall.configFile, '--json', ...args]);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const about = (check: string): Line[] => lines.filter((line) => line.check === check);
  return {
    code,
    of: (check) =>
      about(check)
        .map(({ health, found }) => `${health}: ${found}`)
        .join('\n'),
    remedyOf: (check) =>
      about(check)
        .map(({ health, found, remedy = 'NO REMEDY' }) => `${health}: ${found} ${remedy}`)
        .join('\n'),
    complaints: lines
      .filter(({ health, check }) => health !== 'ok' && check !== 'avatar comparison')
      .map(({ check, health }) => `${health} ${check}`),
  };
}

/** Waits until what is said holds the words. */
export function until(words: RegExp, say: () => Promise<string> | string): Promise<unknown> {
  return waitFor(async () => words.test(await say()), { what: String(words), timeoutMs: 90_000 });
}

/** What `/readyz` says at an address: status and body. */
export async function readyzAt(url: string): Promise<string> {
  const answer = await fetch(`${url}/readyz`);
  return `${answer.status} ${await answer.text()}`;
}
