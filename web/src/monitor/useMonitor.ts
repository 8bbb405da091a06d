import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { serviceBase } from '@fayo/calls';
import { MonitorConnection, type MonitorState, MonitorStore, type MonitorView } from '@fayo/calls/monitor';
import { onTick } from './clock';

interface Monitor {
  readonly view: MonitorView;
  readonly state: MonitorState;
  readonly tryNow: () => void;
}

/** What the service tells of all calls, for as long as the page is there. */
export function useMonitor(token: () => string): Monitor {
  const { store, connection } = useMemo(() => {
    const kept = new MonitorStore();
    return { store: kept, connection: new MonitorConnection({ base: serviceBase(), token, store: kept }) };
  }, [token]);

  useEffect(() => {
    const hurry = (): void => {
      if (document.visibilityState === 'visible') {
        connection.tryNow();
      }
    };
    connection.start();
    const stopForgetting = onTick(() => store.forgetEnded());
    window.addEventListener('online', hurry);
    document.addEventListener('visibilitychange', hurry);
    return () => {
      connection.stop();
      stopForgetting();
      window.removeEventListener('online', hurry);
      document.removeEventListener('visibilitychange', hurry);
    };
  }, [store, connection]);

  return {
    view: useSyncExternalStore(store.view.subscribe, store.view.getSnapshot),
    state: useSyncExternalStore(connection.state.subscribe, connection.state.getSnapshot),
    tryNow: connection.tryNow,
  };
}
