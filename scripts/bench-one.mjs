// One bench file in a process of its own (started by bench.mjs).
import { pathToFileURL } from 'node:url';

try {
  const { run } = await import(pathToFileURL(process.argv[2]).href);
  const rows = await run();
  process.send({ rows }, () => process.exit(0));
} catch (error) {
  process.send({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, () =>
    process.exit(1),
  );
}
