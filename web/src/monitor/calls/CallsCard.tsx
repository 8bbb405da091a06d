import { useCallback, useDeferredValue, useId, useMemo, useState, type ReactElement } from 'react';
import type { MonitorCall, MonitorView } from '@fayo/calls/monitor';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { EmptyState, LoadingRows } from '../../ui/States';
import { count } from '../texts';
import { CallTable } from './CallTable';
import { noFilter, selectCalls, type CallFilter, type Order, type StatusFilter } from './filter';
import './calls.css';

interface CallsCardProps {
  view: MonitorView;
  selectedId: string | null;
  siloName: (address: string | null) => string;
  onOpen: (call: MonitorCall) => void;
}

const statuses: readonly (readonly [StatusFilter, string])[] = [
  ['all', 'Every status'],
  ['pending', 'Calling'],
  ['ringing', 'Ringing'],
  ['answered', 'Answered'],
  ['active', 'In a call'],
];

const orders: readonly (readonly [Order, string])[] = [
  ['newest', 'Newest first'],
  ['longest', 'Longest first'],
];

/** All open calls, with search, filter and order. */
export function CallsCard({ view, selectedId, siloName, onOpen }: CallsCardProps): ReactElement {
  const [filter, setFilter] = useState(noFilter);
  const used = useDeferredValue(filter);
  const rows = useMemo(() => selectCalls(view.calls, view.ended, used), [view.calls, view.ended, used]);
  const change = useCallback((part: Partial<CallFilter>) => setFilter(before => ({ ...before, ...part })), []);
  const shown = rows.filter(call => !view.ended.has(call.id)).length;
  const isNarrow = used.status !== 'all' || used.search.trim() !== '';
  return (
    <section className="card calls-card" aria-labelledby="calls-title">
      <div className="card-head calls-head">
        <h2 id="calls-title">
          Calls{' '}
          <span className="quiet small">
            {view.complete && (isNarrow ? `${count(shown)} of ${count(view.calls.size)} open` : `${count(shown)} open`)}
            {view.complete && view.share < 1 && ` · a sample of ${count(view.summary?.open.total)}`}
          </span>
        </h2>
        <Choice label="Status" value={filter.status} options={statuses} onChange={status => change({ status })} />
        <Choice label="Order" value={filter.order} options={orders} onChange={order => change({ order })} />
        <div className="search">
          <Icon name="search" />
          <input
            type="search"
            className="input"
            aria-label="Search by the id of a user or a call"
            placeholder="User or call id"
            autoComplete="off"
            spellCheck={false}
            value={filter.search}
            onChange={event => change({ search: event.target.value })}
          />
        </div>
      </div>
      <div className="calls-body">
        {!view.complete ? (
          <LoadingRows count={6} />
        ) : rows.length > 0 ? (
          <CallTable
            key={`${used.status} ${used.order} ${used.search}`}
            rows={rows}
            selectedId={selectedId}
            siloName={siloName}
            onOpen={onOpen}
          />
        ) : isNarrow ? (
          <EmptyState icon="search" title="No call matches">
            {count(view.calls.size)} open calls are hidden by the search or the status.{' '}
            <Button label="Show every call" onClick={() => change({ status: 'all', search: '' })} />
          </EmptyState>
        ) : (
          <EmptyState icon="phone" title="Nobody is in a call">
            As soon as somebody calls, the call stands here.
          </EmptyState>
        )}
      </div>
      <Matches filter={used} matches={shown} />
    </section>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}

function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>): ReactElement {
  const id = useId();
  return (
    <>
      <label className="visually-hidden" htmlFor={id}>
        {label}
      </label>
      <select id={id} className="select" value={value} onChange={event => onChange(event.target.value as T)}>
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
    </>
  );
}

/** Tells screen readers how many calls match when the filter changes, but not with each change of a call. */
function Matches({ filter, matches }: { filter: CallFilter; matches: number }): ReactElement {
  const [said, setSaid] = useState({ filter, text: '' });
  if (said.filter !== filter) {
    setSaid({ filter, text: `${count(matches)} ${matches === 1 ? 'call' : 'calls'}` });
  }

  return (
    <p className="visually-hidden" role="status">
      {said.text}
    </p>
  );
}
