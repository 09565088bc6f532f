import { describe, expect, it } from '@jest/globals';
import { routesOfDocs } from './reverse-proxy.js';

const REPORTS = [
  ...['v3', 'r0', 'v1', 'api/v1', 'unstable', 'unstable/org.matrix.msc4151', 'unstable/org.matrix.msc4260'].flatMap(
    (version) => [
      `/_matrix/client/${version}/rooms/!r:example.org/report/$event`,
      `/_matrix/client/${version}/rooms/!r:example.org/report`,
      `/_matrix/client/${version}/users/@a:example.org/report`,
    ],
  ),
  '/_matrix/client/v1/safety/report/txn',
  '/_matrix/client/unstable/org.matrix.msc4457/safety/report/txn',
  // decoded: ids of room version 3 and historical ids hold slashes
  '/_matrix/client/v3/rooms/!r:example.org/report/$abc/def+ghi',
  '/_matrix/client/v3/users/@a/b:example.org/report',
];
const OTHERS = [
  '/_matrix/client/v3/rooms/!r:example.org/send/m.room.message/report',
  '/_matrix/client/v3/rooms/!r:example.org/event/$report',
  '/_matrix/client/v3/profile/@report:example.org',
  '/_matrix/client/v3/sync',
  '/_matrix/client/versions',
  '/_matrix/federation/v1/users/@a:example.org/report',
  '/_synapse/admin/v1/event_reports',
];

describe('the routes for reverse proxies in docs/report.md', () => {
  it.each(Object.entries(routesOfDocs()))('of %s lead every report to Heimdall, and nothing else', (_proxy, route) => {
    expect(REPORTS.filter((path) => !route.test(path))).toEqual([]);
    expect(OTHERS.filter((path) => route.test(path))).toEqual([]);
  });
});
