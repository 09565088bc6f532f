import { describe, expect, it } from '@jest/globals';
import { TerminalLog } from '../../src/cli/terminal-log.js';

const line = (level: number, msg: string, fields: object = {}) =>
  JSON.stringify({ level, time: '2026-11-29T12:34:56.789Z', ...fields, msg });

describe('the log on a terminal', () => {
  it('shows sentences, what is waited for and how to mend it, and clears that when it is over', () => {
    let shown = '';
    let now = 0;
    const log = new TerminalLog(
      { write: (text) => (shown += text), columns: 60 },
      { clock: () => now, colours: false },
    );
    log.write(line(30, 'listening', { port: 9995 }));
    expect(shown).toBe('\r\u001b[K12:34:56   listening  port=9995\n');
    log.write(line(40, 'start-up waits', { step: 'homeserver', error: 'x', reason: 'homeserver: x. Start it.' }));
    expect(shown).toContain('12:34:56 ! start-up waits\n           → homeserver: x. Start it.\n');
    now = 12_000;
    log.write(line(30, 'something else'));
    expect(shown.split('\r\u001b[K').at(-1)).toMatch(/^. waiting for 12 s: homeserver: x\. Start it\.$/);
    log.write(line(30, 'ready'));
    expect(shown.endsWith('12:34:56   ready\n\r\u001b[K')).toBe(true);
  });

  it('shows what is not an entry as it is, and lets no control character of others through', () => {
    let shown = '';
    const log = new TerminalLog({ write: (text) => (shown += text) }, { colours: false });
    log.write('plain\n');
    log.write(line(50, 'failed', { user_id: '@a\u001b[2J:x', error: 'bad\u001b]0;title\u0007' }));
    expect(shown).toContain('plain\n');
    expect(shown.replaceAll('\r\u001b[K', '')).not.toMatch(/\u001b|\u0007/);
    expect(shown).toContain('✗ failed');
  });
});
