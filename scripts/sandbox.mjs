// `npm run sandbox [-- --once]`: prepares what is missing, then hands over to sandbox/main.ts (compiled).
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, prepareCode, prepareSynapse } from './setup.mjs';

try {
  await prepareCode();
  await prepareSynapse();
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
const { main } = await import(pathToFileURL(path.join(ROOT, 'dist', 'sandbox', 'main.js')).href);
await main(process.argv.slice(2));
