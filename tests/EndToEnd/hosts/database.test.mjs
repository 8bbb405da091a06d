// The database goes away, or takes no changes, under three hosts, while people call each other through the proxy.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../support/wait.mjs';
import { checkBooks } from './support/books.mjs';
import { RING_MS, Site, skip } from './support/site.mjs';

const TOLD_WITHIN_MS = 5000;
const READY_WITHIN_MS = 5000;

describe('three hosts and their database', { skip }, () => {
  let site;
  let traffic;

  beforeEach(async () => {
    site = await Site.open({ settings: { Calls__DatabaseOutageTolerance: '00:00:00' } });
    traffic = await site.startTraffic();
  });
  afterEach(() => site?.close());

  const allAre = (isReady) => eventually(`every silo says that it is ${isReady ? '' : 'not '}ready`, async () =>
    (await Promise.all(site.silos.map((silo) => silo.isReady()))).every((answer) => answer === isReady), isReady ? READY_WITHIN_MS : TOLD_WITHIN_MS);

  /** Takes the database away for longer than a call rings, and gives it back. */
  async function outage(t, take, giveBack) {
    await traffic.ring(6);
    const from = Date.now();
    await take();
    await allAre(false);
    const unready = Date.now() - from;
    const says = await site.silos[0].readiness();
    await pause(Math.max(0, from + RING_MS + 2000 - Date.now())); // so that all that rang is due
    await giveBack();
    const until = Date.now();
    await allAre(true);
    const ready = Date.now() - until;
    await traffic.goesOn(10);
    await traffic.stop();
    const books = await checkBooks({ ...site, traffic, outages: [{ from, until }] });
    t.diagnostic(JSON.stringify({ unready, says: says.text, ready, ...books, outcomes: site.front.outcomes }));
  }

  test('while it takes no changes, readiness says so; rings end within two seconds of its return', (t) =>
    outage(t, () => site.database.setReadOnly(true), () => site.database.setReadOnly(false)));

  test('while it is stopped, readiness says so; rings end within two seconds of its return', (t) =>
    outage(t, () => site.database.stop(), () => site.database.restart()));
});
