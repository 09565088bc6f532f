import { HeimdallError } from '../util/errors.js';
import { lookedAtWords, positionWords } from '../scan/summary.js';
import type { ScanPart } from '../scan/state.js';
import type { Command } from './types.js';

const scan: Command = {
  name: 'scan',
  group: 'Cases',
  usage: 'scan [users|rooms] [--act] [--fresh] | scan stop',
  summary:
    'Looks at all accounts and all members of rooms for impostors that are there already. Only opens cases; with --act it does what the responses say.',
  async run({ scans }, { args, flags, eventId }) {
    const [what, ...others] = args;
    if (what === 'stop') {
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
    const strange = [...flags].find((flag) => flag !== 'act' && flag !== 'fresh');
    if (others.length > 0 || strange !== undefined || (what !== undefined && what !== 'users' && what !== 'rooms')) {
      throw new HeimdallError(
        'HEIMDALL_E_USAGE',
        'What is to be looked at?',
        'Give users, rooms, or nothing for both; --act to do what the responses say, --fresh to begin anew.',
      );
    }
    const parts: ScanPart[] = what === undefined ? ['users', 'rooms'] : [what];
    const { state, resumed } = await scans.begin({
      parts,
      act: flags.has('act') ? 'all' : 'no',
      fresh: flags.has('fresh'),
      askedBy: eventId,
    });
    const deeds = state.act === 'no' ? 'It only opens cases.' : 'What it finds is dealt with as the responses say.';
    if (resumed)
      return [
        {
          line: [
            `Going on with the scan begun ${new Date(state.startedAt).toISOString()}: ${positionWords(state)}. ${deeds} `,
            { code: '--fresh' },
            ' begins anew.',
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
};

export const scanCommands: readonly Command[] = [scan];
