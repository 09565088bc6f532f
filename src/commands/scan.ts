import { lookedAtWords, positionWords } from '../scan/summary.js';
import type { ScanPart } from '../scan/state.js';
import { choice, flag } from './args/index.js';
import { command, type Command } from './spec.js';

const scan = command({
  name: 'scan',
  group: 'Cases',
  role: 'moderator',
  summary:
    'Scans existing accounts and members of rooms for impostors. Opens cases only; with --act it does what the responses say.',
  args: { what: choice('[users|rooms]', ['users', 'rooms', 'stop']) },
  options: {
    act: flag('act', 'Does what the responses say.'),
    fresh: flag('fresh', 'Begins anew instead of going on.'),
  },
  examples: ['scan', 'scan users', 'scan rooms --act', 'scan stop'],
  async run({ scans }, { args, options, invocation }) {
    if (args.what === 'stop') {
      const ended = await scans.end();
      return [
        {
          line: [
            ended === undefined
              ? 'There is no scan to stop.'
              : `The scan is stopped after ${lookedAtWords(ended.state)}. What it found stays in the cases.`,
          ],
        },
      ];
    }
    const parts: ScanPart[] = args.what === undefined ? ['users', 'rooms'] : [args.what];
    const { state, resumed } = await scans.begin({
      parts,
      act: options.act === true ? 'all' : 'no',
      fresh: options.fresh === true,
      askedBy: invocation.eventId,
    });
    const deeds = state.act === 'no' ? 'It only opens cases.' : 'What it finds is dealt with as the responses say.';
    if (resumed)
      return [
        {
          line: [
            `Resuming the scan started ${new Date(state.startedAt).toISOString()}: ${positionWords(state)}. ${deeds} `,
            { code: '--fresh' },
            ' starts over.',
          ],
        },
      ];
    return [
      {
        line: [
          `Looking at ${parts.map((part) => (part === 'users' ? 'all accounts' : 'all members of rooms')).join(' and ')}. ${deeds} This message says how far it is; `,
          { code: '!heimdall scan stop' },
          ' ends it.',
        ],
      },
    ];
  },
});

export const scanCommands: readonly Command[] = [scan];
