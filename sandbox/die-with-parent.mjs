// Preloaded into Heimdall by the harness (node --import): ends the process when the one that started it is gone,
// so that a test run that was killed leaves nothing behind.
import { setInterval } from 'node:timers';

const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, 1000).unref();
