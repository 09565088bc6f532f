import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/**
 * Prometheus metrics of the acting part, in addition to the process's own (`createProcessMetrics`).
 * docs/operate/metrics.md explains each.
 */
export interface Metrics {
  registry: Registry;
  events: Counter<'result'>;
  /** events whose handling failed twice */
  eventsSetAside: Counter;
  refused: Counter<'reason'>;
  hits: Counter;
  exempt: Counter;
  actionsEnded: Counter<'kind' | 'state'>;
  offences: Counter<'protection'>;
  /** adds the results of one scan request */
  countScan: (looked: { accounts: number; rooms: number; members: number; hits: number }) => void;
}

export interface Gauges {
  actionsDue: () => Promise<number>;
  protectedRooms: () => number;
  rulesInForce: () => number;
  /** the homeservers with the largest event delays */
  federationLags: () => readonly { server: string; seconds: number }[];
}

/** Metrics of the process, whether it acts or stands by. */
export function createProcessMetrics(acts: () => boolean): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'heimdall_acting',
    help: '1 while this process acts on the ledger, 0 while it stands by.',
    registers: [registry],
    collect() {
      this.set(acts() ? 1 : 0);
    },
  });
  return registry;
}

export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  addGauges(registry, gauges);
  return { registry, ...countersOf(registry), countScan: scanCounters(registry) };
}

function addGauges(registry: Registry, gauges: Gauges): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read());
      },
    });
  };
  gauge('heimdall_actions_due', 'Actions that wait to be carried out.', gauges.actionsDue);
  gauge('heimdall_protected_rooms', 'Protected rooms that were read.', gauges.protectedRooms);
  gauge('heimdall_rules_in_force', 'Rules of all watched lists.', gauges.rulesInForce);
  new Gauge({
    name: 'heimdall_federation_lag_seconds',
    help: 'How late events of other homeservers come in, as a running mean: the ten that are latest.',
    labelNames: ['server'],
    registers,
    collect() {
      // a homeserver that dropped out must not keep its last value
      this.reset();
      for (const { server, seconds } of gauges.federationLags()) this.set({ server }, seconds);
    },
  });
}

function scanCounters(registry: Registry): Metrics['countScan'] {
  const registers = [registry];
  const scanned = new Counter({
    name: 'heimdall_scan_looked_at_total',
    help: 'What scans looked at: accounts, rooms, members.',
    labelNames: ['what'],
    registers,
  });
  const scanHits = new Counter({
    name: 'heimdall_scan_hits_total',
    help: 'Sightings of scans that the detector had something to say about, known ones included.',
    registers,
  });
  return ({ accounts, rooms, members, hits }) => {
    for (const [what, count] of Object.entries({ accounts, rooms, members })) scanned.inc({ what }, count);
    scanHits.inc(hits);
  };
}

function countersOf(registry: Registry): Omit<Metrics, 'registry' | 'countScan'> {
  const registers = [registry];
  return {
    events: new Counter({
      name: 'heimdall_events_total',
      help: 'Events from the homeserver, by result: taken or bad.',
      labelNames: ['result'],
      registers,
    }),
    eventsSetAside: new Counter({
      name: 'heimdall_events_set_aside_total',
      help: 'Events that are passed over because their handling failed twice; the log names each.',
      registers,
    }),
    refused: new Counter({
      name: 'heimdall_transactions_refused_total',
      help: 'Transactions not taken, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    hits: new Counter({
      name: 'heimdall_sightings_hit_total',
      help: 'Sightings that the detector had something to say about.',
      registers,
    }),
    exempt: new Counter({
      name: 'heimdall_sightings_exempt_total',
      help: 'Sightings that resemble, but of our own staff or bridge ghosts.',
      registers,
    }),
    offences: new Counter({
      name: 'heimdall_offences_total',
      help: 'Offences that protections found, by protection.',
      labelNames: ['protection'],
      registers,
    }),
    actionsEnded: new Counter({
      name: 'heimdall_actions_ended_total',
      help: 'Actions that ended, by kind and state.',
      labelNames: ['kind', 'state'],
      registers,
    }),
  };
}
