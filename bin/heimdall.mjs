#!/usr/bin/env node
// What `npx heimdall` starts. It is there before the build too, or npm would remember a package without a command.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ALONE, PROGRAM, runBundle } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = new URL('../dist/src/main.js', import.meta.url);
const { version, engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const bundle = Object.hasOwn(ALONE, process.argv[2] ?? '') ? ALONE[process.argv[2]] : PROGRAM;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const [leastMajor = 0, leastMinor = 0] = engines.node.replace('>=', '').split('.').map(Number);

function refuse(text) {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}

if (major < leastMajor || (major === leastMajor && minor < leastMinor))
  refuse(`Heimdall needs Node ${engines.node}; this is ${process.versions.node} (${process.execPath}).`);
else if (existsSync(bundle.code)) runBundle(bundle);
else if (existsSync(program)) await import(program.href);
else if (process.argv.length === 3 && ['--version', '-V'].includes(process.argv[2])) console.log(version);
else refuse(`Heimdall is not built yet. In ${root} run\n  npm ci && npm run build\nand then give this command again.`);
