import type { Block } from '../matrix/message.js';
import { mayBeWarnedOf, warningsOf } from '../reports/victims.js';
import type { CaseRecord } from '../store/records/cases.js';
import { HeimdallError } from '../util/errors.js';
import { oneCase } from './args/cases.js';
import { command, type Command } from './spec.js';
import { victimTexts } from './texts/victims.js';
import type { Services } from './types.js';

/** `warn victims`: warns local accounts that an impostor approached. */
const warn = command({
  name: 'warn victims',
  group: 'Cases',
  role: 'moderator',
  summary: 'Warns the accounts of this server that a certain impostor invited or met in a small room.',
  args: { case: oneCase('case NUMBER') },
  options: {},
  examples: ['warn victims case 12'],
  run: (services, { args }) => warnOf(services, args.case),
});

async function warnOf(services: Services, record: CaseRecord): Promise<Block[]> {
  if (services.config.reports.warn_victims === 'off')
    throw new HeimdallError('HEIMDALL_E_VICTIMS', victimTexts.off, victimTexts.setting);
  if (!mayBeWarnedOf(record)) return [{ line: [victimTexts.notCertain(record.id)] }];
  const [action] = await services.runAndWait([warningsOf(record, `command:${services.clock()}`)]);
  const victims = (action?.result as { victims?: unknown } | null)?.victims;
  if (typeof victims !== 'number') return [{ line: [victimTexts.onTheWay(record.id)] }];
  return [{ line: [victimTexts.asked(record.id, victims)] }];
}

export const victimCommands: readonly Command[] = [warn];
