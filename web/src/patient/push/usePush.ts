import { useCallback, useEffect, useState } from 'react';
import { CallError, type CallsRest } from '@fayo/calls';
import { errorText } from '../../ui/texts';
import { pushCapability, thisBrowser } from './capability';
import { fetchPushKey, forgetOthers, isRemembered, registerDevice, SubscribeError, testDevice } from './push-device';
import type { PushState } from './readiness';
import { listenToWorker } from './worker-link';

export interface Push {
  readonly state: PushState;
  /** Asks for permission and subscribes. To be called while the browser handles a tap. */
  readonly turnOn: () => void;
  /** Has the service ring this phone. */
  readonly test: () => void;
}

interface PushSession {
  readonly rest: CallsRest;
  readonly userId: string;
  /** The name by which this device is registered. */
  readonly deviceId: string;
  readonly token: () => string;
  /** The device is registered: whoever is signed in stays so. */
  readonly onRegistered: () => void;
}

/** How long a test may be under way before it has failed, in milliseconds. */
const testArrivesWithinMs = 20_000;

/** How long to wait until the service is asked again, in milliseconds. */
const askAgainMs = 20_000;

function isPassing(error: unknown): boolean {
  return error instanceof CallError && error.isTransient;
}

/** Whether this phone rings while the page is closed, and how that is changed. */
export function usePush({ rest, userId, deviceId, token, onRegistered }: PushSession): Push {
  const [state, setState] = useState<PushState>({ kind: 'checking' });
  const [key, setKey] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);

  const register = useCallback(
    async (withKey: string) => {
      try {
        await registerDevice({ rest, userId, deviceId, key: withKey, token: token() });
        onRegistered();
        setState(before => (before.kind === 'on' ? before : { kind: 'on', test: 'none' }));
      } catch (error) {
        if (isPassing(error) && isRemembered(userId)) {
          // It was registered before, and most likely still is.
          setState(before => (before.kind === 'on' ? before : { kind: 'on', test: 'none' }));
        } else {
          setState({ kind: 'failed', problem: error instanceof SubscribeError ? null : errorText(error) });
        }
      }
    },
    [rest, userId, deviceId, token, onRegistered],
  );

  useEffect(() => {
    const capability = pushCapability(thisBrowser());
    const asking = new AbortController();
    const { signal } = asking;
    const forgotten = forgetOthers(userId).catch(() => undefined);
    forgotten
      .then(() => fetchPushKey(rest, signal))
      .then(
        found => {
          if (signal.aborted) {
            return;
          }

          if (found === null) {
            setState({ kind: 'off' });
          } else if (capability !== 'possible') {
            setState({ kind: capability });
          } else {
            setKey(found);
          }
        },
        (error: unknown) => {
          if (!signal.aborted && !isPassing(error)) {
            setState({ kind: 'failed', problem: errorText(error) });
          }
        },
      );
    return () => asking.abort();
  }, [rest, userId, attempt]);

  const isUnknown = state.kind === 'checking';
  useEffect(() => {
    if (!isUnknown) {
      return undefined;
    }

    const again = (): void => setAttempt(count => count + 1);
    const timer = setInterval(again, askAgainMs);
    window.addEventListener('online', again);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', again);
    };
  }, [isUnknown]);

  useEffect(() => {
    if (key === null) {
      return undefined;
    }

    const check = (): void => {
      if (Notification.permission === 'denied') {
        setState({ kind: 'denied' });
      } else if (Notification.permission === 'granted' && isRemembered(userId)) {
        void register(key);
      } else {
        setState({ kind: 'ask' });
      }
    };
    check();
    // The permission may be changed in the browser's settings meanwhile.
    let permission = Notification.permission;
    const look = (): void => {
      if (document.visibilityState === 'visible' && Notification.permission !== permission) {
        permission = Notification.permission;
        check();
      }
    };
    document.addEventListener('visibilitychange', look);
    window.addEventListener('focus', look);
    // What the service could not be told before.
    const online = (): void => {
      if (Notification.permission === 'granted' && isRemembered(userId)) {
        void register(key);
      }
    };
    window.addEventListener('online', online);
    const stopListening = listenToWorker(message => {
      if (message.type === 'subscription') {
        void register(key);
      } else if (message.type === 'tested') {
        setState(before => (before.kind === 'on' ? { kind: 'on', test: 'rang' } : before));
      }
    });
    return () => {
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('focus', look);
      window.removeEventListener('online', online);
      stopListening();
    };
  }, [key, userId, register]);

  const isTesting = state.kind === 'on' && state.test === 'sent';
  useEffect(() => {
    if (!isTesting) {
      return undefined;
    }

    const timer = setTimeout(
      () => setState(before => (before.kind === 'on' && before.test === 'sent' ? { kind: 'on', test: 'silent' } : before)),
      testArrivesWithinMs,
    );
    return () => clearTimeout(timer);
  }, [isTesting]);

  const turnOn = useCallback(() => {
    if (key === null) {
      setAttempt(count => count + 1);
      return;
    }

    setState({ kind: 'turning-on' });
    void Notification.requestPermission().then(permission => {
      if (permission === 'granted') {
        void register(key);
      } else {
        setState({ kind: permission === 'denied' ? 'denied' : 'ask' });
      }
    });
  }, [key, register]);

  const test = useCallback(() => {
    setState({ kind: 'on', test: 'sent' });
    testDevice(rest).catch((error: unknown) => setState({ kind: 'on', test: 'none', problem: errorText(error) }));
  }, [rest]);

  return { state, turnOn, test };
}
