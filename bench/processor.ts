/**
 * Runs a program of ours as `node` would and says on stderr how many µs of processor it took, threads and start
 * included: `node processor.js FILE [ARG…]`.
 */
import { pathToFileURL } from 'node:url';

const [node, , file, ...more] = process.argv;
process.argv = [node!, file!, ...more];
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.stderr.write(`processor ${user + system}\n`);
});
await import(pathToFileURL(file!).href);
