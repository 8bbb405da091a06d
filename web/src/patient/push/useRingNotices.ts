import { useEffect, useRef } from 'react';
import type { CallsClient } from '@fayo/calls';
import { ringsFor, type Ring } from '@fayo/calls';
import { useRingHere } from '../../ui/call/incoming/IncomingCall';
import { otherName, type Names } from '../../ui/call/names';
import { useStore } from '../../ui/call/useCalls';
import { takeTurn } from './notice-turns';
import { listenToWorker, tellWorker } from './worker-link';

/** How long this page may take to learn of a call that a push has told of, before the notification rings instead. */
const learnsWithinMs = 1_500;

interface RingNoticesProps {
  readonly client: CallsClient;
  readonly names: Names;
  readonly onProblem: (error: unknown) => void;
}

/**
 * Rings by title, badge and notification where the page cannot be seen, takes notifications away that are over, and does what somebody has tapped
 * on one of them.
 */
export function useRingNotices({ client, names, onProblem }: RingNoticesProps): void {
  const ring = useRingHere(client);
  const { calls } = useStore(client);
  const name = ring === null ? null : otherName(ring.session, client.userId, names);
  useTitle(name);
  useHiddenRing(ring);
  useEffect(() => void takeTurn(() => closeFinished(client)), [client, calls, ring]);
  useEffect(() => {
    const look = (): void => void takeTurn(() => closeFinished(client));
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [client]);
  useWishes(client, onProblem);
}

/** The title says who calls; the app’s icon has a badge. */
function useTitle(name: string | null): void {
  useEffect(() => {
    if (name === null) {
      return undefined;
    }

    const title = document.title;
    const { setAppBadge, clearAppBadge } = navigator as Partial<NavigatorBadge>;
    document.title = `${name} is calling`;
    setAppBadge?.call(navigator, 1).catch(() => undefined);
    return () => {
      document.title = title;
      clearAppBadge?.call(navigator).catch(() => undefined);
    };
  }, [name]);
}

/** Has the worker show a notification for a call that rings while this page cannot be seen. */
function useHiddenRing(ring: Ring | null): void {
  // A newer version of the same call makes no new sound.
  const newest = useRef(ring);
  useEffect(() => {
    newest.current = ring;
  }, [ring]);
  const id = ring?.session.id;
  useEffect(() => {
    if (id === undefined || !('Notification' in window)) {
      return undefined;
    }

    const show = (): void => {
      if (newest.current === null) {
        return;
      }

      const { session, deadline } = newest.current;
      const { callType, initiatorName } = session;
      const remainingMs = deadline - performance.now();
      if (document.visibilityState === 'hidden' && Notification.permission === 'granted' && remainingMs > 0) {
        void takeTurn(() => tellWorker({ type: 'show-ring', callId: id, callType, initiatorName, remainingMs }));
      }
    };
    show();
    document.addEventListener('visibilitychange', show);
    return () => document.removeEventListener('visibilitychange', show);
  }, [id]);
}

/** Takes away the notifications of calls that do not ring any more, and, once they can be seen in the page, all. */
async function closeFinished({ store, userId }: CallsClient): Promise<void> {
  if (!('serviceWorker' in navigator)) {
    return;
  }

  const registration = await navigator.serviceWorker.getRegistration('./me');
  // Firefox for Android has no notifications that can be listed.
  const notices = (await (registration as Partial<ServiceWorkerRegistration> | undefined)?.getNotifications?.()) ?? [];
  const visible = document.visibilityState === 'visible';
  for (const notice of notices) {
    const { kind, callId } = (notice.data ?? {}) as { kind?: string; callId?: string | null };
    const call = store.getSnapshot().calls.get(callId ?? '');
    const isOver = kind === 'ring' && call !== undefined && !ringsFor(call, userId);
    if (isOver || (visible && kind !== 'test')) {
      notice.close();
    }
  }

  if (visible && store.getSnapshot().rings.length === 0) {
    (navigator as Partial<NavigatorBadge>).clearAppBadge?.().catch(() => undefined);
  }
}

/** Answers or declines what was answered or declined on a notification, and tells the worker whether this page rings. */
function useWishes(client: CallsClient, onProblem: (error: unknown) => void): void {
  const wanted = useRef<string | null>(null);
  useEffect(() => {
    const answerWanted = (): void => {
      const session = client.store.getSnapshot().calls.get(wanted.current ?? '');
      if (session === undefined || !client.isFree) {
        return;
      }

      wanted.current = null;
      if (ringsFor(session, client.userId)) {
        client.answer(session, session.callType).catch(onProblem);
      }
    };
    const takeWish = async (): Promise<void> => {
      wanted.current = ((await tellWorker({ type: 'take-wish' })) as string | null) ?? wanted.current;
      if (wanted.current !== null) {
        client.hub.retryNow();
        answerWanted();
      }
    };
    void takeWish();
    const stopListening = listenToWorker((message, answer) => {
      switch (message.type) {
        case 'answer':
          void takeWish();
          break;
        case 'decline':
          client.decline(message.callId).catch(onProblem);
          break;
        case 'rings':
          void learnsOf(client, message.callId).then(answer);
          break;
      }
    });
    const unsubscribe = client.store.subscribe(answerWanted);
    return () => {
      unsubscribe();
      stopListening();
    };
  }, [client, onProblem]);
}

/** True as soon as this page knows of the call; false if it does not within a moment. */
function learnsOf(client: CallsClient, callId: string): Promise<boolean> {
  client.hub.retryNow();
  return new Promise(resolve => {
    const finish = (known: boolean): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve(known);
    };
    const look = (): void => {
      if (client.store.getSnapshot().calls.has(callId)) {
        finish(true);
      }
    };
    const timer = setTimeout(() => finish(false), learnsWithinMs);
    const unsubscribe = client.store.subscribe(look);
    look();
  });
}
