/** What lies in deploy/ and man/ fits the program: metric names, keys of the configuration, commands. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { renderMan } from '../src/cli/man.js';
import { wholeProgram } from '../src/cli/program.js';
import { COMMANDS } from '../src/commands/table.js';
import { parseConfig } from '../src/config/index.js';
import { packageRoot, packageVersion } from '../src/util/package-root.js';
import { createMetrics, createProcessMetrics } from '../src/web/metrics.js';
import { ChartRefusal, renderTemplate } from './support/chart.js';

const read = (file: string): string => readFileSync(path.join(packageRoot(), file), 'utf8');

/** Every name that `/metrics` shows. */
async function metricNames(): Promise<Set<string>> {
  const acting = createMetrics({
    actionsDue: () => Promise.resolve(0),
    protectedRooms: () => 0,
    rulesInForce: () => 0,
    federationLags: () => [],
  }).registry;
  const all = [...(await createProcessMetrics(() => true).getMetricsAsJSON()), ...(await acting.getMetricsAsJSON())];
  return new Set(all.map(({ name }) => name));
}

const namesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/\b(heimdall|process|nodejs)_[a-z0-9_]+/g)].map(([name]) => name)),
];

describe('monitoring', () => {
  it.each(['deploy/monitoring/alerts.yaml', 'deploy/monitoring/grafana.json'])(
    '%s asks for metrics that there are',
    async (file) => {
      const known = await metricNames();
      const exprs = [...read(file).matchAll(/"?expr"?: (.*)/g)].map(([, expr = '']) => expr);
      expect(exprs.length).toBeGreaterThan(5);
      expect(exprs.flatMap(namesIn).filter((name) => !known.has(name))).toEqual([]);
    },
  );

  it('the dashboard shows every metric of ours', async () => {
    const shown = namesIn(read('deploy/monitoring/grafana.json'));
    expect([...(await metricNames())].filter((name) => name.startsWith('heimdall_') && !shown.includes(name))).toEqual(
      [],
    );
  });

  it('docs/operate/metrics.md explains every metric of ours', async () => {
    const explained = read('docs/operate/metrics.md');
    expect(
      [...(await metricNames())].filter((name) => name.startsWith('heimdall_') && !explained.includes(`\`${name}`)),
    ).toEqual([]);
  });

  it('docs/operate/metrics.md explains every field of the log', () => {
    const explained = read('docs/operate/metrics.md');
    const files = readdirSync(path.join(packageRoot(), 'src'), { recursive: true, encoding: 'utf8' });
    const fields = files
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [...read(`src/${file}`).matchAll(/logger\.(?:debug|info|warn|error)\(\s*\{([^}]*)\}/g)])
      .flatMap(([, inside = '']) => inside.split(',').map((part) => part.split(':')[0]?.trim() ?? ''))
      .filter((field) => /^\w+$/.test(field));
    expect(fields.length).toBeGreaterThan(50);
    expect([...new Set(fields)].filter((field) => !explained.includes(`\`${field}\``))).toEqual([]);
  });
});

describe('packages', () => {
  it('the chart’s configuration loads, and environment names of chart and compose file are keys', () => {
    const values = parse(read('deploy/helm/heimdall/values.yaml')) as { config: unknown };
    const texts = [
      ...readdirSync(path.join(packageRoot(), 'deploy/helm/heimdall/templates')).map((file) =>
        read(`deploy/helm/heimdall/templates/${file}`),
      ),
      read('deploy/compose/compose.yaml'),
      read('deploy/systemd/heimdall.service'),
    ];
    const names = new Set(texts.flatMap((text) => [...text.matchAll(/\bHEIMDALL_[A-Z]+__[A-Z_]+/g)].map(String)));
    expect(names.size).toBeGreaterThan(3);
    const env = Object.fromEntries([...names].map((name) => [name, valueFor(name)]));
    expect(parseConfig(JSON.stringify(values.config), { env }).dry_run).toBe(true);
  });

  it('the chart has the version of the package', () => {
    const chart = parse(read('deploy/helm/heimdall/Chart.yaml')) as { appVersion: string };
    expect(String(chart.appVersion)).toBe(packageVersion());
  });

  it('the compose file and the chart run read-only, without capabilities, and not as root', () => {
    const { services } = parse(read('deploy/compose/compose.yaml')) as {
      services: Record<string, Record<string, unknown>>;
    };
    expect(services.heimdall).toMatchObject({ read_only: true, cap_drop: ['ALL'], tmpfs: ['/tmp'] });
    const deployment = read('deploy/helm/heimdall/templates/deployment.yaml');
    for (const line of ['runAsNonRoot: true', 'readOnlyRootFilesystem: true', 'drop: [ALL]', 'type: Recreate'])
      expect(deployment).toContain(line);
  });
});

interface PodSpec {
  securityContext: object;
  containers: {
    securityContext: object;
    volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
    env: { name: string; valueFrom?: object }[];
    ports: { name: string }[];
    livenessProbe: object;
    readinessProbe: object;
  }[];
  volumes: { name: string; configMap?: { name: string }; persistentVolumeClaim?: { claimName: string } }[];
}

describe('the chart, rendered', () => {
  const chart = 'deploy/helm/heimdall';
  const standard = () => parse(read(`${chart}/values.yaml`)) as Record<string, unknown>;
  const render = (over: Record<string, unknown> = {}) => {
    const { appVersion } = parse(read(`${chart}/Chart.yaml`)) as { appVersion: string };
    const scope = { Release: { Name: 'watch' }, Chart: { AppVersion: appVersion }, Values: { ...standard(), ...over } };
    const all = readdirSync(path.join(packageRoot(), chart, 'templates')).flatMap((file) =>
      renderTemplate(read(`${chart}/templates/${file}`), scope),
    );
    const of = (kind: string) => all.find((one) => one.kind === kind) as Record<string, never> | undefined;
    return { all, of, spec: of('Deployment')?.spec as unknown as DeploymentSpec };
  };
  interface DeploymentSpec {
    replicas: number;
    strategy: object;
    selector: { matchLabels: object };
    template: { metadata: { labels: object; annotations: object }; spec: PodSpec };
  }

  it.each([
    ['with a volume', {}, { type: 'Recreate' }, true],
    [
      'with PostgreSQL, two at a time',
      { replicas: 2, persistence: { enabled: false, size: '', storageClass: '' }, serviceMonitor: true },
      { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
      false,
    ],
  ])('%s holds together', (_name, over, strategy, hasVolume) => {
    const { all, of, spec } = render({
      ...over,
      secretEnv: { HEIMDALL_STORAGE__DATABASE_URL: { secret: 'heimdall-database', key: 'url' } },
    });
    expect(all.every(({ apiVersion, kind, metadata }) => Boolean(apiVersion && kind && metadata))).toBe(true);
    expect(spec.strategy).toEqual(strategy);
    const pod = spec.template.spec;
    const [container] = pod.containers;
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 });
    expect(container!.securityContext).toEqual({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
    // where it writes is a volume, and every mount has one
    const writable = container!.volumeMounts.filter(({ readOnly }) => readOnly !== true);
    expect(writable.map(({ mountPath }) => mountPath)).toEqual(['/data', '/tmp']);
    expect(container!.volumeMounts.map(({ name }) => name).sort()).toEqual(pod.volumes.map(({ name }) => name).sort());
    expect(of('PersistentVolumeClaim') !== undefined).toBe(hasVolume);
    const claims = pod.volumes.flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []);
    expect(claims).toEqual(hasVolume ? ['watch'] : []);
    // who is asked for what, by names that there are
    const { name: port } = container!.ports[0]!;
    expect(container!.livenessProbe).toMatchObject({ httpGet: { path: '/healthz', port } });
    expect(container!.readinessProbe).toMatchObject({ httpGet: { path: '/readyz', port } });
    const service = of('Service')?.spec as unknown as { selector: object; ports: { targetPort: string }[] };
    expect(service.ports[0]?.targetPort).toBe(port);
    for (const labels of [service.selector, spec.selector.matchLabels])
      expect(spec.template.metadata.labels).toEqual(labels);
    expect(of('PodMonitor') !== undefined).toBe(!hasVolume);
    expect(container!.env.at(-1)).toEqual({
      name: 'HEIMDALL_STORAGE__DATABASE_URL',
      valueFrom: { secretKeyRef: { name: 'heimdall-database', key: 'url' } },
    });
    // the configuration that is mounted is the one of the values
    const { 'config.yaml': config } = of('ConfigMap')?.data as unknown as Record<string, string>;
    expect(parse(config!)).toEqual(standard().config);
  });

  it('is rolled out anew when the configuration changes, and refuses two processes on one volume', () => {
    const sum = (over: object) => render({ config: over }).spec.template.metadata.annotations;
    expect(sum({ dry_run: true })).not.toEqual(sum({ dry_run: false }));
    expect(() => render({ replicas: 2 })).toThrow(ChartRefusal);
  });

  it('has no value that nothing uses', () => {
    const templates = readdirSync(path.join(packageRoot(), chart, 'templates'))
      .map((file) => read(`${chart}/templates/${file}`))
      .join('\n');
    expect(Object.keys(standard()).filter((key) => !templates.includes(`.Values.${key}`))).toEqual([]);
  });
});

describe('the compose file', () => {
  it('names an image or what to build for each service, and only services, volumes and secrets that there are', () => {
    const file = parse(read('deploy/compose/compose.yaml')) as {
      services: Record<
        string,
        { image?: string; build?: string; depends_on?: object; volumes?: string[]; secrets?: string[] }
      >;
      volumes: object;
      secrets: object;
    };
    const named = Object.keys(file.services);
    for (const { image, build, depends_on: before = [], volumes = [], secrets = [] } of Object.values(file.services)) {
      expect(image ?? build).toBeDefined();
      const others = Array.isArray(before) ? (before as string[]) : Object.keys(before);
      expect(named).toEqual(expect.arrayContaining(others));
      const declared = volumes.map((one) => one.split(':')[0]!).filter((one) => !/^[./]/.test(one));
      expect(Object.keys(file.volumes)).toEqual(expect.arrayContaining(declared));
      expect(Object.keys(file.secrets)).toEqual(expect.arrayContaining(secrets));
    }
    const { build = '' } = file.services.heimdall ?? {};
    expect(existsSync(path.join(packageRoot(), 'deploy/compose', build, 'Dockerfile'))).toBe(true);
  });
});

function valueFor(name: string): string {
  if (name.endsWith('PORT')) return '9995';
  if (name.endsWith('URL')) return 'http://127.0.0.1:9995';
  return name.endsWith('BIND') ? '0.0.0.0' : '/tmp/x';
}

describe('the Ansible playbook', () => {
  const [play] = parse(read('deploy/ansible/heimdall.yaml')) as [{ tasks: Record<string, unknown>[] }];
  it('needs nothing beside ansible-core, and starts the container as hardened as the page on containers says', () => {
    const words = new Set(['name', 'register', 'when', 'changed_when']);
    for (const task of play.tasks)
      for (const module of Object.keys(task).filter((word) => !words.has(word)))
        expect(module).toMatch(/^ansible\.builtin\./);
    const commands = play.tasks.map((task) => JSON.stringify(task['ansible.builtin.command'] ?? ''));
    const started = commands.find((command) => command.includes(' run -d ')) ?? '';
    for (const flag of ['--read-only', '--tmpfs /tmp', '--cap-drop ALL', '--security-opt no-new-privileges']) {
      expect(started).toContain(flag);
      expect(read('docs/operate/docker.md')).toContain(flag);
    }
  });

  it('is told with a configuration that is valid', () => {
    const [, vars = ''] = /```yaml\n( +heimdall_config:[^]*?)```/.exec(read('docs/operate/packages.md')) ?? [];
    const { heimdall_config: config } = parse(vars) as { heimdall_config: object };
    expect(parseConfig(JSON.stringify(config)).dry_run).toBe(true);
  });
});

describe('man page', () => {
  it('man/heimdall.1 is the one that the commands make now (else: npm run generate)', async () => {
    expect(read('man/heimdall.1')).toBe(renderMan(await wholeProgram(), COMMANDS));
  });

  it('names every command, and holds nothing that roff takes for a request of its own', () => {
    const page = read('man/heimdall.1');
    for (const { usage } of COMMANDS) expect(page).toContain(`!heimdall ${usage.replaceAll('-', '\\-')}`);
    expect(page.split('\n').filter((line) => /^\./.test(line) && !/^\.(TH|SH|SS|TP|B|I|RI)\b/.test(line))).toEqual([]);
  });
});

describe('systemd unit', () => {
  it('is rated below 3 by systemd-analyze, where there is one', () => {
    let rated: string;
    try {
      rated = execFileSync(
        'systemd-analyze',
        ['security', '--offline=true', path.join(packageRoot(), 'deploy/systemd/heimdall.service')],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
      );
    } catch {
      // no systemd here, or one that cannot look at files: the unit's own lines are what is left to look at
      rated = `heimdall.service: ${read('deploy/systemd/heimdall.service').includes('CapabilityBoundingSet=\n') ? 0 : 9}.0`;
    }
    expect(Number(/heimdall\.service: (\d+\.\d+)/.exec(rated)?.[1])).toBeLessThan(3);
  });
});
