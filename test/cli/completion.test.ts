import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { completionCommand, completionScript } from '../../src/cli/completion.js';
import { configCommand } from '../../src/cli/config.js';
import { policyCommand } from '../../src/cli/policy.js';

function program(): Command {
  const made = new Command('heimdall').version('1');
  made.addCommand(configCommand()).addCommand(policyCommand());
  made.addCommand(completionCommand(() => Promise.resolve(program())));
  return made;
}

const hasBash = spawnSync('bash', ['-c', 'type complete compgen mapfile']).status === 0;

/** What a real bash offers for a line whose last word is being typed. */
function offered(...words: string[]): string[] {
  const script = `${completionScript(program(), 'bash')}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _heimdall; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script, 'bash', ...words], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

(hasBash ? describe : describe.skip)('in bash', () => {
  it('registers the completion for heimdall', () => {
    const { stdout } = spawnSync(
      'bash',
      ['--norc', '-c', `${completionScript(program(), 'bash')}complete -p heimdall`],
      {
        encoding: 'utf8',
      },
    );
    expect(stdout).toBe('complete -F _heimdall heimdall\n');
  });

  it('offers the commands, and those that begin as the word does', () => {
    expect(offered('heimdall', '')).toEqual(expect.arrayContaining(['config', 'policy', 'completion', '--help']));
    expect(offered('heimdall', 'co')).toEqual(['config', 'completion']);
  });

  it('offers the parts of a command and its options', () => {
    expect(offered('heimdall', 'config', '')).toEqual(expect.arrayContaining(['check', 'schema', 'sample']));
    expect(offered('heimdall', 'policy', 'acl', '--m')).toEqual(['--must-allow']);
    expect(offered('heimdall', 'policy', 'acl', '--rules', 'x', '--ser')).toEqual(['--server-name']);
    expect(offered('heimdall', 'completion', 'f')).toEqual(['fish']);
  });

  it('offers files where a file is wanted, and nothing for another value', () => {
    expect(offered('heimdall', 'policy', 'acl', '--rules', 'packag')).toContain('package.json');
    expect(offered('heimdall', 'policy', 'acl', '--server-name', '')).toEqual([]);
  });

  it('takes a hostile word as a word', () => {
    expect(offered('heimdall', '$(echo config)')).toEqual([]);
    expect(offered('heimdall', '*', '')).toContain('config');
  });
});

it('prints the script of the shell, and refuses another shell', async () => {
  const printed: string[] = [];
  const run = (shell: string) =>
    completionCommand(
      () => Promise.resolve(program()),
      (text) => printed.push(text),
    )
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .parseAsync([shell], { from: 'user' });
  await run('zsh');
  await run('fish');
  expect(printed[0]).toMatch(/^#compdef heimdall\n/);
  expect(printed[0]).toContain(`'config:check, explain and describe the configuration'`);
  expect(printed[1]).toContain(`-n '__heimdall_at "policy acl"' -l must-allow -x -d `);
  await expect(run('tcsh')).rejects.toThrow('Allowed choices are bash, zsh, fish');
});
