// `npm run screenshots`: the pictures of the documentation, taken of the sandbox's pages in a real Chromium.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, prepareCode, prepareSynapse } from './setup.mjs';

try {
  await prepareCode();
  await prepareSynapse();
  const { screenshots } = await import(pathToFileURL(path.join(ROOT, 'dist', 'sandbox', 'screenshots.js')).href);
  await screenshots();
  process.exit(0);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
