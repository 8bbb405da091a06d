import type { ReactElement } from 'react';
import type { EndReason } from '@fayo/calls';
import type { MonitorSummary } from '@fayo/calls/monitor';
import { count, reasonName, span } from '../texts';
import { LineChart, type Series } from './LineChart';
import './charts.css';

const callSeries: readonly Series[] = [
  { name: 'Called', color: 'one', of: minute => minute.created },
  { name: 'Answered', color: 'two', of: minute => minute.answered },
  { name: 'Missed', color: 'three', of: minute => minute.missed },
];

const answerSeries: readonly Series[] = [
  { name: 'Half within', color: 'two', of: minute => minute.p50Ms },
  { name: '95 % within', color: 'one', of: minute => minute.p95Ms },
];

/** Charts of the last hour. */
export function Charts({ summary }: { summary: MonitorSummary | null }): ReactElement {
  const minutes = summary?.minutes ?? [];
  return (
    <div className="charts">
      <LineChart title="Calls a minute" minutes={minutes} series={callSeries} format={count} />
      <LineChart title="Time to answer" minutes={minutes} series={answerSeries} format={span} unit={1000} />
      <EndReasons reasons={summary?.endReasons ?? {}} />
    </div>
  );
}

function EndReasons({ reasons }: { reasons: MonitorSummary['endReasons'] }): ReactElement {
  const sorted = (Object.entries(reasons) as [EndReason, number][]).filter(([, calls]) => calls > 0).sort(([, a], [, b]) => b - a);
  const most = sorted[0]?.[1] ?? 1;
  return (
    <section className="card chart" aria-labelledby="end-reasons">
      <div className="chart-head">
        <h2 id="end-reasons">How calls ended</h2>
        <span className="quiet small">last hour</span>
      </div>
      {sorted.length === 0 ? (
        <p className="quiet reasons-empty">No call has ended in the last hour.</p>
      ) : (
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- A list that scrolls has to be reachable with the keyboard.
        <ul className="reasons" tabIndex={0} aria-labelledby="end-reasons">
          {sorted.map(([reason, calls]) => (
            <li key={reason}>
              <span className="clip">{reasonName(reason)}</span>
              <strong>{count(calls)}</strong>
              <span className="bar" aria-hidden="true">
                <span style={{ width: `${(calls / most) * 100}%` }} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
