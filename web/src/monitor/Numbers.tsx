import type { ReactElement } from 'react';
import type { MonitorSummary } from '@fayo/calls/monitor';
import { count, rate, share, span } from './texts';
import './numbers.css';

/** Five figures about the calls. Unless they say otherwise, they are of the last hour. */
export function Numbers({ summary }: { summary: MonitorSummary | null }): ReactElement {
  const open = summary?.open;
  return (
    <dl className="numbers">
      <Figure name="Open calls" value={count(open?.total)} aside={`${count(open?.active)} in a call, ${count(open?.answered)} answered`} />
      <Figure name="Ringing" value={count(open?.ringing)} aside={`${count(open?.pending)} not on a device yet`} />
      <Figure name="Answered a minute" value={rate(summary?.answeredPerMinute)} aside="just now" />
      <Figure name="Time to answer" value={span(summary?.answerTime.p50Ms)} aside={`95 % within ${span(summary?.answerTime.p95Ms)}`} />
      <Figure name="Missed" value={share(summary?.missedShare)} aside="of the last hour’s calls" />
    </dl>
  );
}

function Figure({ name, value, aside }: { name: string; value: string; aside: string }): ReactElement {
  return (
    <div className="card figure">
      <dt>{name}</dt>
      <dd className="figure-value">{value}</dd>
      <dd className="quiet small">{aside}</dd>
    </div>
  );
}
