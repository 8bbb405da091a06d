import { useId, useState, type PointerEvent, type ReactElement } from 'react';
import type { MonitorMinute } from '@fayo/calls/monitor';
import { timeOfDay } from '../texts';
import { linePath, niceTop } from './scale';

export interface Series {
  readonly name: string;
  readonly color: 'one' | 'two' | 'three';
  readonly of: (minute: MonitorMinute) => number | null;
}

interface LineChartProps {
  title: string;
  minutes: readonly MonitorMinute[];
  series: readonly Series[];
  format: (value: number | null) => string;
  /** The smallest maximum of the scale. */
  unit?: number;
}

/** Lines over the last hour. The figures beside the names are of the minute under the pointer, or else of the last complete minute. */
export function LineChart({ title, minutes, series, format, unit = 1 }: LineChartProps): ReactElement {
  const titleId = useId();
  const [pointed, setPointed] = useState<number | null>(null);
  const last = minutes.length - 1;
  const shown = pointed === null ? last - 1 : Math.min(pointed, last);
  const minute = minutes[shown];
  const lines = series.map(each => ({ ...each, values: minutes.map(each.of) }));
  const highest = Math.max(0, ...lines.flatMap(line => line.values.map(value => value ?? 0)));
  const top = niceTop(highest, unit);
  const point = (event: PointerEvent): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const place = Math.round(((event.clientX - box.left) / box.width) * last);
    setPointed(Math.min(last, Math.max(0, place)));
  };
  return (
    <section className="card chart" aria-labelledby={titleId}>
      <div className="chart-head">
        <h2 id={titleId}>{title}</h2>
        <span className="quiet small">{minute === undefined ? '' : timeOfDay(minute.at)}</span>
      </div>
      <ul className="legend">
        {lines.map(line => (
          <li key={line.name}>
            <span className={`swatch ${line.color}`} aria-hidden="true" />
            <span className="quiet">{line.name}</span> <strong>{format(minute === undefined ? null : line.of(minute))}</strong>
          </li>
        ))}
      </ul>
      <div className="plot">
        <span className="plot-top">{format(top)}</span>
        <span className="plot-bottom">0</span>
        <svg
          viewBox={`0 0 ${Math.max(1, last)} 100`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title} over the last hour; the highest was ${format(highest)}.`}
          onPointerMove={point}
          onPointerLeave={() => setPointed(null)}
        >
          {[0, 50, 100].map(height => (
            <path key={height} className="grid-line" d={`M0 ${height}H${Math.max(1, last)}`} />
          ))}
          {pointed !== null && <path className="pointed" d={`M${shown} 0V100`} />}
          {lines.map(line => (
            <g key={line.name} className={`line ${line.color}`}>
              <path d={linePath(line.values.slice(0, -1), top)} />
              <path className="running" d={last < 1 ? '' : linePath(line.values.slice(-2), top, last - 1)} />
            </g>
          ))}
        </svg>
        <span className="plot-times">
          <span>{minutes[0] === undefined ? '' : timeOfDay(minutes[0].at)}</span>
          <span>{minutes[30] === undefined ? '' : timeOfDay(minutes[30].at)}</span>
          <span>now</span>
        </span>
      </div>
    </section>
  );
}
