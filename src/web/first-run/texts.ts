/** Every sentence of the page that a first run shows. English, as the doctor whose answers it shows. */
export const texts = {
  title: 'Setting up Heimdall',
  lead:
    'Do what is still missing, from top to bottom. This page looks again every few seconds; ' +
    'nothing has to be restarted unless it says so.',
  done: 'Done',
  missing: 'Still missing',
  waits: 'Waits for the step above',
  optional: 'Can wait',
  all: 'Everything is there. Heimdall watches; you can close this page.',
  again: 'Look again',
  commandOf: (step: string, n: number) => `${step}, command ${n}`,
  answers: 'What the doctor says',
  check: 'Check',
  result: 'Result',
  found: 'Found',
  remedy: 'Remedy',
  health: { ok: 'ok', warn: 'to look at', fail: 'failed', skipped: 'skipped' } as Record<string, string>,
  closed: 'This link was used already, or is not complete.',
  closedHint: 'Start Heimdall again for a new one.',
  steps: {
    homeserver: {
      title: 'The homeserver knows Heimdall',
      how: 'Write the registration, name it in homeserver.yaml, and restart the homeserver.',
    },
    room: {
      title: 'A private room for the moderators',
      how: (alias: string, botUserId: string) =>
        `Make a private room with the address ${alias} in your client, and invite ${botUserId} there. ` +
        'Whoever is in it commands.',
    },
    admin: {
      title: 'Heimdall is a server admin',
      how: 'It works without, but sees fewer rooms and cannot suspend accounts. As a server admin:',
    },
    protect: {
      title: 'The first protected room',
      how: 'Give Heimdall power 100 in a room, then write in the management room:',
    },
    mail: {
      title: 'Mail to the abuse desk',
      how: 'In the configuration, then start Heimdall again:',
    },
  },
};
