import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { serviceBase } from '@fayo/calls';
import { MonitorConnection, type MonitorState, MonitorStore, type MonitorView } from '@fayo/calls/monitor';
import { onTick } from './clock';

interface Monitor {
  readonly view: MonitorView;
  readonly state: MonitorState;
  readonly retryNow: () => void;
}

/** Everything that the service reports about all calls, for as long as the page is open. */
export function useMonitor(token: () => string): Monitor {
  const { store, connection } = useMemo(() => {
    const kept = new MonitorStore();
    return { store: kept, connection: new MonitorConnection({ base: serviceBase(), token, store: kept }) };
  }, [token]);

  useEffect(() => {
    const retryNow = (): void => {
      if (document.visibilityState === 'visible') {
        connection.retryNow();
      }
    };
    connection.start();
    const stopForgetting = onTick(() => store.forgetEnded());
    window.addEventListener('online', retryNow);
    document.addEventListener('visibilitychange', retryNow);
    return () => {
      connection.stop();
      stopForgetting();
      window.removeEventListener('online', retryNow);
      document.removeEventListener('visibilitychange', retryNow);
    };
  }, [store, connection]);

  return {
    view: useSyncExternalStore(store.view.subscribe, store.view.getSnapshot),
    state: useSyncExternalStore(connection.state.subscribe, connection.state.getSnapshot),
    retryNow: connection.retryNow,
  };
}
