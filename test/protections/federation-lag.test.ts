import { beforeEach, describe, expect, it } from '@jest/globals';
import { federationLag } from '../../src/protections/kinds/federation-lag.js';
import type { Finding } from '../../src/protections/types.js';
import { Judge } from './judging.js';

const MINUTE = 60_000;
let judge: Judge;
beforeEach(() => {
  judge = new Judge(federationLag);
});

/** Events, one a minute, each so many minutes late. */
function come(times: number, late: number, sender = '@u:slow.example'): Finding[] {
  return Array.from({ length: times }, () => {
    judge.now += MINUTE;
    return judge.ask({ sender }, late * MINUTE);
  }).flat();
}

describe('FederationLag', () => {
  it('tells of a server whose events come late, once', () => {
    expect(come(9, 6)).toEqual([]);
    expect(come(1, 6)).toMatchObject([{ subject: { kind: 'server', id: 'slow.example' }, events: [] }]);
    expect(come(200, 6)).toEqual([]);
  });

  it('begins anew with an event that comes in time', () => {
    come(9, 6);
    come(1, 1);
    expect(come(9, 6)).toEqual([]);
    expect(come(1, 6)).toHaveLength(1);
  });

  it('tells again after a day, and not sooner because of a restart', () => {
    come(10, 6);
    judge.restart(judge.memory.takeChanged());
    expect(come(30, 6)).toEqual([]);
    judge.now += 24 * 60 * MINUTE;
    expect(come(30, 6)).toHaveLength(1);
  });

  it('does not take what was held back and comes at once, our own catching up, or an imported past for lag', () => {
    for (let i = 0; i < 500; i++) expect(judge.ask({ sender: '@u:slow.example' }, 30 * MINUTE)).toEqual([]);
    judge = new Judge(federationLag);
    judge.catchingUp = true;
    expect(come(50, 30)).toEqual([]);
    judge.catchingUp = false;
    expect(come(50, 60 * 24 * 400)).toEqual([]);
  });

  it('begins anew with an event in time while we are catching up, which says nothing of late ones', () => {
    come(9, 6);
    judge.catchingUp = true;
    come(5, 6);
    come(1, 1);
    judge.catchingUp = false;
    expect(come(9, 6)).toEqual([]);
    expect(come(1, 6)).toHaveLength(1);
  });

  it('counts each server by itself', () => {
    for (let i = 0; i < 9; i++) expect([...come(1, 6), ...come(1, 6, '@u:other.example')]).toEqual([]);
  });
});
