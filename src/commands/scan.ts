import { lookedAtWords, positionWords } from '../scan/summary.js';
import type { ScanPart } from '../scan/state.js';
import { choice, flag } from './args/index.js';
import { command, type Command } from './spec.js';
import { scanTexts } from './texts/scans.js';

const scan = command({
  name: 'scan',
  group: 'Cases',
  role: 'moderator',
  summary:
    'Scans existing accounts and members of rooms for impostors. Opens cases only; with --act it does what the ' +
    'responses say.',
  args: { what: choice('[users|rooms]', ['users', 'rooms', 'stop']) },
  options: {
    act: flag('act', 'Does what the responses say.'),
    fresh: flag('fresh', 'Starts over instead of resuming.'),
  },
  examples: ['scan', 'scan users', 'scan rooms --act', 'scan stop'],
  async run({ scans }, { args, options, invocation }) {
    if (args.what === 'stop') {
      const ended = await scans.end();
      return [
        {
          line: [ended === undefined ? scanTexts.none : scanTexts.stopped(lookedAtWords(ended.state))],
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
    const deeds = state.act === 'no' ? scanTexts.opensOnly : scanTexts.acts;
    if (resumed)
      return [
        {
          line: scanTexts.resuming(new Date(state.startedAt).toISOString(), positionWords(state), deeds),
        },
      ];
    return [
      {
        line: scanTexts.started(parts, deeds),
      },
    ];
  },
});

export const scanCommands: readonly Command[] = [scan];
