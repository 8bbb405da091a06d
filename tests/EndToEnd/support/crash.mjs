// Tests that share one crash of the service, because each start takes two seconds of the processors.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';

/**
 * A test for each of the scenes, by name, all with the same crash. A scene is an async generator: it goes on after its `yield` when the
 * service runs again. What it yields, where that is a function, is done while the service is down.
 *
 * @param crash has the service crash, and start again after what it is given has been done
 */
export function acrossOneCrash(crash, scenes) {
  const plays = Object.entries(scenes).map(([name, scene]) => ({ name, play: scene() }));
  before(async () => {
    for (const each of plays) {
      try {
        each.whileDown = (await each.play.next()).value;
      } catch (error) {
        each.failure = error;
      }
    }
    await crash(async () => {
      for (const { whileDown } of plays) await whileDown?.();
    });
  });
  for (const each of plays) {
    test(each.name, async () => {
      if (each.failure) throw each.failure;
      assert.ok((await each.play.next()).done, 'a scene has one crash');
    });
  }
}
