/** So that a browser that does not answer keeps nobody from being rung. */
const longestTurnMs = 1_000;

let previous: Promise<unknown> = Promise.resolve();

/**
 * Does something with notifications once this page has done with them what came before. Chromium drops a notification that is being shown while
 * they are listed, so one must not happen during the other.
 */
export function takeTurn<T>(act: () => Promise<T>): Promise<T> {
  const turn = previous.then(act);
  const over = turn.catch(() => undefined);
  previous = previous.then(() => Promise.race([over, new Promise(resolve => setTimeout(resolve, longestTurnMs))]));
  return turn;
}
