// Waiting for conditions. No test sleeps for a guessed time.
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 25;

/** Where a test promises no time: much longer than it takes, also on a machine that is busy with other tests. In milliseconds. */
export const PATIENCE_MS = 60_000;

/**
 * How late a deadline may be noticed. The service promises two seconds, which sick-silo.test.mjs and hosts/ hold it to; other tests share
 * the processors with many more services. In milliseconds.
 */
export const ON_TIME_MS = 5000;

/** Polls until `look` gives something truthy and returns it; fails with `what` after `limit` milliseconds. */
export async function eventually(what, look, limit = PATIENCE_MS) {
  const deadline = Date.now() + limit;
  let failure;
  do {
    try {
      const found = await look();
      if (found) return found;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    await pause(POLL_MS);
  } while (Date.now() < deadline);
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
