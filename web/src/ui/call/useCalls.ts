import { useEffect, useState } from 'react';
import { CallsClient, type CallsRest, claimDevice, type ClientState, serviceBase, type StoreState } from '@fayo/calls';
import { useObserved } from '../useObserved';

interface Session {
  readonly me: { readonly id: string };
  readonly rest: CallsRest;
  readonly token: () => string;
  readonly signOut: (problem?: string) => void;
}

/** The client of the user who is signed in; null until this device has its name. Throws if it gets none, because no page works without. */
export function useCallsClient({ me, rest, token, signOut }: Session): CallsClient | null {
  const [client, setClient] = useState<CallsClient | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);
  useEffect(() => {
    let made: CallsClient | null = null;
    let unmounted = false;
    claimDevice().then(
      device => {
        if (!unmounted) {
          made = new CallsClient({
            rest,
            base: serviceBase(),
            token,
            userId: me.id,
            device,
            showsSecondRing: true,
            onSignedOut: () => signOut('Your sign-in has run out. Sign in again.'),
          });
          made.start();
          setClient(made);
        }
      },
      (cause: unknown) => setFailure(new Error('This device has no name.', { cause })),
    );
    return () => {
      unmounted = true;
      made?.stop();
      setClient(null);
    };
  }, [me.id, rest, token, signOut]);
  if (failure !== null) {
    throw failure;
  }

  return client;
}

export function useStore(client: CallsClient): StoreState {
  return useObserved(client.store);
}

export function useClientState(client: CallsClient): ClientState {
  return useObserved(client.state);
}
