import { useEffect, useState, type ReactElement } from 'react';
import type { CallsRest, TimelineEntry } from '@fayo/calls';
import { ErrorState } from '../../ui/States';
import { errorText } from '../../ui/texts';
import { timeAfter, detailText, stepName, timeWithSeconds } from '../texts';

interface TimelineProps {
  rest: CallsRest;
  callId: string;
  /** The steps are loaded again with each new version of the call. */
  version: number;
}

/** The recorded steps of a call. */
export function Timeline({ rest, callId, version }: TimelineProps): ReactElement {
  const [entries, setEntries] = useState<readonly TimelineEntry[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const asking = new AbortController();
    rest.timeline(callId, asking.signal).then(
      answer => {
        setEntries(answer);
        setProblem(null);
      },
      (error: unknown) => {
        if (!asking.signal.aborted) {
          setProblem(errorText(error));
        }
      },
    );
    return () => asking.abort();
  }, [rest, callId, version, attempt]);

  if (problem !== null) {
    return (
      <ErrorState title="The timeline is not there" onRetry={() => setAttempt(attempt + 1)}>
        {problem}
      </ErrorState>
    );
  }

  return (
    <ol className="timeline" aria-label="Timeline" aria-busy={entries === null}>
      {(entries ?? []).map(entry => (
        <li key={entry.version}>
          <span className="timeline-text">
            <strong>{stepName(entry)}</strong>
            <Aside entry={entry} />
          </span>
          <span className="quiet small timeline-time">
            {timeWithSeconds(entry.at)}
            <br />
            {timeAfter(entries![0]!.at, entry.at)}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Aside({ entry }: { entry: TimelineEntry }): ReactElement | null {
  const detail = detailText(entry);
  const parts = [...(detail === null ? [] : [detail]), ...(entry.by === null ? [] : [`by ${entry.by}`])];
  return parts.length === 0 ? null : <span className="quiet small">{parts.join(', ')}</span>;
}
