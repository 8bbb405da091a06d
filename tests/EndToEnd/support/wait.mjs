// Waiting for conditions. No test sleeps for a guessed time.
import { setTimeout as pause } from 'node:timers/promises';

// How long to pause before the next look: a fortieth of the time that has passed, but no less and no more than these.
const SHORTEST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 100;
const PAUSES = 40;

/** Where a test promises no time: much longer than it takes, also on a machine that is busy with other tests. In milliseconds. */
export const PATIENCE_MS = 60_000;

/**
 * How late a deadline may be noticed. The service promises two seconds, which sick-silo.test.mjs and hosts/ hold it to; other tests share
 * the processors with many more services, and the machine may stand still for some seconds. In milliseconds.
 */
export const ON_TIME_MS = 10_000;

const BEAT_MS = 100;
// A timer that is late by less is late because other programs run.
const STANDSTILL_MS = 300;

/** The standstills of this process so far: when each was over, and how long it lasted, in milliseconds. */
const standstills = [];
let lastBeat = Date.now();

function beat() {
  const now = Date.now();
  if (now - lastBeat > STANDSTILL_MS) standstills.push({ until: now, ms: now - lastBeat });
  lastBeat = now;
}
setInterval(beat, BEAT_MS).unref();

/** For how many milliseconds this process stood still since a time, because the whole machine did: a limit is longer by that. */
export function stoodStillSince(time) {
  beat();
  return standstills.filter(({ until }) => until > time).reduce((sum, { ms }) => sum + ms, 0);
}

const MAX_ATTEMPTS = 5;
const SPOILT_MS = 1000;

/** What `act` results in; it is done again where the result is not good and the machine stood still for a second or more meanwhile. */
export async function withoutStandstill(act, isGood) {
  for (let attempt = 1; ; attempt++) {
    const started = Date.now();
    const result = await act();
    if (isGood(result) || stoodStillSince(started) < SPOILT_MS || attempt === MAX_ATTEMPTS) return result;
  }
}

/** Polls until `look` gives something truthy and returns it; fails with `what` after `limit` milliseconds. */
export async function eventually(what, look, limit = PATIENCE_MS) {
  const started = Date.now();
  let failure;
  do {
    try {
      const found = await look();
      if (found) return found;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    await pause(Math.min(Math.max((Date.now() - started) / PAUSES, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS));
  } while (Date.now() < started + limit);
  throw new Error(`Not within ${limit} ms: ${what}`, { cause: failure });
}

/** The promise's result; fails with `what` if it takes longer than `limit` milliseconds. */
export async function within(limit, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not within ${limit} ms: ${what}`)), limit);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
