import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import type { CallsRest } from '@fayo/calls';
import type { MonitorCall, MonitorState, MonitorView } from '@fayo/calls/monitor';
import { Button } from '../ui/Button';
import { CallsCard } from './calls/CallsCard';
import { Charts } from './charts/Charts';
import { ServiceClockContext } from './clock';
import { Numbers } from './Numbers';
import { CallPanel } from './panel/CallPanel';
import { Silos } from './silos/Silos';
import { StaffOnly } from './StaffOnly';
import { useMedia } from './useMedia';
import { useMonitor } from './useMonitor';
import { timeWithSeconds } from './texts';
import './monitor.css';

interface MonitorPageProps {
  rest: CallsRest;
  token: () => string;
  /** Whoever is not staff sees what goes on, but no timelines, and ends nothing. */
  isStaff: boolean;
  onSignOut: (problem?: string) => void;
}

/** Everything that goes on in the cluster, live. */
export function MonitorPage({ rest, token, isStaff, onSignOut }: MonitorPageProps): ReactElement {
  const { view, state, retryNow } = useMonitor(token);
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const selected = useSelected(view, selectedId, rest);
  const isOverTable = useMedia('(max-width: 1199px)');
  const openedFrom = useRef<Element | null>(null);
  const open = useCallback((call: MonitorCall) => {
    openedFrom.current = document.activeElement;
    setSelectedId(call.id);
  }, []);
  const close = useCallback(() => setSelectedId(null), []);
  useEffect(() => {
    if (selectedId === null && openedFrom.current instanceof HTMLElement) {
      openedFrom.current.focus({ preventScroll: true });
    }
  }, [selectedId]);

  const silos = view.summary?.silos;
  const siloName = useCallback(
    (address: string | null) => (address === null ? '–' : (silos?.find(silo => silo.address === address)?.name ?? address)),
    [silos],
  );
  const isOld = state.kind === 'lost';
  const clock = useMemo(
    () => ({ clockOffsetMs: view.clockOffsetMs, stoppedAt: isOld ? view.at : null }),
    [view.clockOffsetMs, isOld, view.at],
  );
  const refusal = state.kind === 'refused' ? state.error.status : null;
  useEffect(() => {
    if (refusal === 401) {
      onSignOut('This sign-in is not valid any more, or has run out.');
    }
  }, [refusal, onSignOut]);
  if (refusal === 403) {
    return <StaffOnly />;
  }

  return (
    <ServiceClockContext value={clock}>
      <main className={isOld ? 'page monitor old' : 'page monitor'} inert={isOverTable && selected !== null}>
        <div className="monitor-head">
          <h1>Monitor</h1>
          <ConnectionState state={state} at={view.at} retryNow={retryNow} />
        </div>
        <Numbers summary={view.summary} />
        <Charts summary={view.summary} />
        <div className={selected !== null && !isOverTable ? 'calls-and-panel' : undefined}>
          <CallsCard view={view} selectedId={selectedId} siloName={siloName} onOpen={open} />
          {selected !== null && !isOverTable && (
            <CallPanel key={selected.id} call={selected} siloName={siloName} rest={rest} isStaff={isStaff} onClose={close} />
          )}
        </div>
        <Silos summary={view.summary} token={token} />
      </main>
      {selected !== null && isOverTable && (
        <div className="panel-over">
          <CallPanel key={selected.id} call={selected} siloName={siloName} rest={rest} isStaff={isStaff} onClose={close} />
        </div>
      )}
    </ServiceClockContext>
  );
}

/** Says whether what is shown is live. */
function ConnectionState({ state, at, retryNow }: { state: MonitorState; at: number | null; retryNow: () => void }): ReactElement {
  const words: Record<MonitorState['kind'], string> = {
    connecting: 'Connecting',
    live: 'Live',
    lost: at === null ? 'The service cannot be reached; trying again' : `Connection lost; this is as of ${timeWithSeconds(at)}`,
    refused: '',
  };
  return (
    <div className="connection">
      <span className={`presence connection-${state.kind}${state.kind === 'live' ? ' online' : ''}`} role="status">
        {words[state.kind]}
      </span>
      {state.kind === 'lost' && <Button label="Try now" onClick={retryNow} />}
    </div>
  );
}

/** The selected call in its last known state. It stays after its end; if the end was missed, the service is asked how it ended. */
function useSelected(view: MonitorView, id: string | null, rest: CallsRest): MonitorCall | null {
  const told = id === null ? undefined : (view.calls.get(id) ?? view.ended.get(id));
  const [kept, setKept] = useState<MonitorCall | null>(null);
  if (told !== undefined && told !== kept) {
    setKept(told);
  }

  const isGone = id !== null && told === undefined && kept?.id === id && kept.endReason === null;
  useEffect(() => {
    if (!isGone) {
      return undefined;
    }

    const asking = new AbortController();
    rest.call(id, asking.signal).then(
      session => setKept(before => (before?.id === session.id ? { ...before, ...session } : before)),
      () => undefined,
    );
    return () => asking.abort();
  }, [isGone, id, rest]);
  return id === null ? null : (told ?? (kept?.id === id ? kept : null));
}
