import { CallsRest, serviceBase } from '@fayo/calls';

/** In localStorage, which no page of another origin can read, so that all tabs of this browser may use the demo. */
const key = 'fayo.demo';

let opened: Promise<void> | undefined;

/** The session of this browser with the local demo; empty if there is none. A one-time word in `?demo=…` is used up for it first. */
export async function demoSession(): Promise<string> {
  opened ??= spendWord();
  await opened;
  return localStorage.getItem(key) ?? '';
}

async function spendWord(): Promise<void> {
  const query = new URLSearchParams(location.search);
  const word = query.get('demo');
  if (word === null) {
    return;
  }

  query.delete('demo');
  const rest = query.toString() === '' ? '' : `?${query}`;
  history.replaceState(history.state, '', location.pathname + rest + location.hash);
  try {
    const { session } = await new CallsRest({ base: serviceBase(), token: () => null }).demoSession(word);
    localStorage.setItem(key, session);
  } catch {
    // It was used before, by this browser perhaps: then there is a session.
  }
}
