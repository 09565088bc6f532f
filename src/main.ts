#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { programFor } from './cli/program.js';
import { nameSourceFiles } from './util/bundle-stack.js';
import { HeimdallError, messageOf } from './util/errors.js';

/** Exit code for a configuration that cannot be used (sysexits.h, EX_CONFIG). */
const EXIT_CONFIG = 78;
const CONFIG_CODES = new Set(['HEIMDALL_E_CONFIG', 'HEIMDALL_E_REGISTRATION']);

async function main(argv: string[]): Promise<void> {
  await (await programFor(argv[2])).parseAsync(argv);
}

const file = fileURLToPath(import.meta.url);
if (file.endsWith('.cjs')) nameSourceFiles(file);

main(process.argv).catch((error: unknown) => {
  if (error instanceof HeimdallError) {
    process.stderr.write(`${error.code}: ${error.message}${error.remedy === undefined ? '' : `\n${error.remedy}`}\n`);
    process.exit(CONFIG_CODES.has(error.code) ? EXIT_CONFIG : 1);
  }
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
});
