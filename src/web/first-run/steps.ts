import type { FirstRunTexts } from './texts.js';

/** One finding of the doctor. */
export interface Finding {
  check: string;
  health: 'ok' | 'warn' | 'fail' | 'skipped';
  found: string;
  remedy?: string;
}

/** Input for the steps' commands. */
export interface Installation {
  configFile: string;
  registrationFile: string;
  homeserverUrl: string;
  botUserId: string;
  managementRoom: string;
}

type StepState = 'done' | 'missing' | 'waits' | 'optional';

/** One thing to do, with the commands for it. */
export interface Step {
  title: string;
  how: string;
  commands: readonly string[];
  state: StepState;
}

/** The checks that decide whether a step is done; `need`: Heimdall does not start without it. */
interface Plan {
  title: string;
  how: string;
  commands: readonly string[];
  checks: readonly string[];
  need: boolean;
}

function plansOf(installation: Installation, { steps }: FirstRunTexts): Plan[] {
  const { configFile, registrationFile, homeserverUrl, botUserId, managementRoom } = installation;
  return [
    {
      ...steps.homeserver,
      commands: [
        `heimdall register --config ${configFile}`,
        `# homeserver.yaml\napp_service_config_files:\n  - ${registrationFile}`,
        'sudo systemctl restart matrix-synapse',
      ],
      checks: ['registration', 'homeserver', 'as_token', 'server name', 'hs_token', 'bot account'],
      need: true,
    },
    {
      title: steps.room.title,
      how: steps.room.how(managementRoom, botUserId),
      commands: [`/invite ${botUserId}`],
      checks: ['management room'],
      need: true,
    },
    {
      ...steps.admin,
      commands: [
        `curl -X PUT -H "Authorization: Bearer $ADMIN_TOKEN" -d '{"admin": true}' \\\n` +
          `  '${homeserverUrl}/_synapse/admin/v1/users/${botUserId}/admin'`,
      ],
      checks: ['admin rights'],
      need: false,
    },
    { ...steps.protect, commands: ['!heimdall rooms add #room:server'], checks: ['protected rooms'], need: false },
    {
      ...steps.mail,
      commands: [
        [
          'mail:',
          '  smtp_url: smtps://user:password@mail.example.org',
          '  from: Heimdall <heimdall@example.org>',
          '  abuse_contact: abuse@example.org',
        ].join('\n'),
      ],
      checks: ['mail'],
      need: false,
    },
  ];
}

/** The remaining steps in order, according to the doctor's findings. Pure. */
export function stepsOf(installation: Installation, findings: readonly Finding[], texts: FirstRunTexts): Step[] {
  let blocked = false;
  return plansOf(installation, texts).map(({ title, how, commands, checks, need }) => {
    const about = findings.filter(({ check }) => checks.includes(check));
    // a warning does not block the start; for the room it means that there is none yet
    const isDone = about.length > 0 && about.every(({ health }) => health === 'ok');
    const state: StepState = isDone ? 'done' : blocked ? 'waits' : need ? 'missing' : 'optional';
    if (need && !isDone) blocked = true;
    return { title, how, commands, state };
  });
}
