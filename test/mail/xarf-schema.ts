import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { keepXarf } from '../../sandbox/xarf.js';

const FOLDER = path.join(import.meta.dirname, 'xarf/v4');
const BASE = 'https://xarf.org/schemas/v4/';

const read = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as Record<string, unknown>;

function compile(): ValidateFunction {
  // the schemas carry keywords of their own (`x-recommended`); unknown formats there are none
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  for (const file of readdirSync(path.join(FOLDER, 'types')))
    ajv.addSchema(read(`types/${file}`), `${BASE}types/${file}`);
  ajv.addSchema(read('xarf-core.json'), `${BASE}xarf-core.json`);
  return ajv.compile(read('xarf-v4-master.json'));
}

const validate = compile();

/** What the master schema, and with it the type's own, has against a report; empty when it is valid. */
export function xarfProblems(report: unknown): string[] {
  const valid = validate(report);
  if (valid) keepXarf(report);
  return valid ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
