import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/config/index.js';

const BASE = `
homeserver: {url: "http://127.0.0.1:9", server_name: a.test}
management_room: "#m:a.test"
protected_identities: [{user_id: "@server:a.test", display_names: [A]}]
`;

function complaint(yaml: string): string {
  try {
    parseConfig(BASE + yaml, { env: {} });
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('what is said of a number that cannot be', () => {
  it.each([
    ['appservice: {port: 70000}', 'a whole number from 1 to 65535'],
    ['appservice: {port: "x"}', 'a whole number from 1 to 65535'],
    ['scan: {requests_per_second: 0}', 'a number more than 0 and at most 1000'],
    ['retention: {cases_days: 0}', 'a whole number'],
    ['retention: {cases_days: -1}', 'a whole number'],
  ])('%s', (yaml, expected) => {
    expect(complaint(yaml)).toContain(expected);
    if (!yaml.includes('port')) expect(complaint(yaml)).not.toContain('65535');
  });
});
