import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactElement } from 'react';
import type { MonitorCall } from '@fayo/calls/monitor';
import { useMedia } from '../useMedia';
import { CallRow } from './CallRow';

interface CallTableProps {
  rows: readonly MonitorCall[];
  selectedId: string | null;
  siloName: (address: string | null) => string;
  onOpen: (call: MonitorCall) => void;
}

/** A row's height in pixels, as in calls.css. */
const wideRow = 52;
const narrowRow = 96;

/** The calls as a grid for keyboard and screen reader. Only the rows in sight are rendered. */
export function CallTable({ rows, selectedId, siloName, onOpen }: CallTableProps): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = useMedia('(max-width: 719px)') ? narrowRow : wideRow;
  const { active, focusRow, followFocus } = useActiveRow(rows, scroller);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback(() => rowHeight, [rowHeight]),
    overscan: 8,
    // The row with the focus stays rendered, also when it is scrolled out of sight.
    rangeExtractor: useCallback(
      (range: Range) => [...new Set([...defaultRangeExtractor(range), ...(active < range.count ? [active] : [])])].sort((a, b) => a - b),
      [active],
    ),
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  useStableScroll(rows, rowHeight, scroller);
  useLayoutEffect(followFocus);

  const move = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1);
    const targets: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: rows.length - 1,
    };
    const target = targets[event.key];
    if (target !== undefined && rows.length > 0) {
      event.preventDefault();
      const index = Math.min(rows.length - 1, Math.max(0, target));
      virtualizer.scrollToIndex(index);
      focusRow(index);
    } else if ((event.key === 'Enter' || event.key === ' ') && rows[active] !== undefined) {
      event.preventDefault();
      onOpen(rows[active]);
    }
  };
  const open = (event: MouseEvent<HTMLElement>): void => {
    const id = (event.target as Element).closest<HTMLElement>('[data-call]')?.dataset['call'];
    const index = rows.findIndex(call => call.id === id);
    if (index >= 0) {
      focusRow(index);
      onOpen(rows[index]!);
    }
  };
  return (
    // eslint-disable-next-line jsx-a11y/interactive-supports-focus -- One row at a time has the focus, as ARIA asks of a grid.
    <div className="call-grid" role="grid" aria-label="Calls" aria-rowcount={rows.length + 1} aria-colcount={5} onKeyDown={move}>
      <div role="rowgroup" className="call-table-head">
        <div role="row" className="call-columns" aria-rowindex={1}>
          <span role="columnheader" className="cell-who">
            Who
          </span>
          <span role="columnheader" className="cell-status">
            Status
          </span>
          <span role="columnheader" className="cell-for">
            For
          </span>
          <span role="columnheader" className="cell-devices">
            Devices
          </span>
          <span role="columnheader" className="cell-silo">
            Silo
          </span>
        </div>
      </div>
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- The rows are clicked; their keys are handled by the grid. */}
      <div role="rowgroup" className="call-scroller" ref={scroller} onClick={open}>
        <div role="presentation" className="call-rows" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(item => {
            const call = rows[item.index];
            return call === undefined ? null : (
              <CallRow
                key={call.id}
                call={call}
                index={item.index}
                top={item.index * rowHeight}
                silo={siloName(call.silo)}
                isReachable={item.index === active}
                isSelected={call.id === selectedId}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface ActiveRow {
  /** The index of the row that the Tab key reaches. */
  readonly active: number;
  readonly focusRow: (index: number) => void;
  /** To be called after each rendering. */
  readonly followFocus: () => void;
}

/** One row at a time can have the focus. It keeps it while other rows come and go; when it goes itself, its neighbour gets the focus. */
function useActiveRow(rows: readonly MonitorCall[], scroller: { readonly current: HTMLElement | null }): ActiveRow {
  const [kept, setKept] = useState({ id: '', index: 0 });
  const hasFocus = useRef(false);
  // A row that is to get the focus and may not be rendered yet. Until it is, the row before may be taken away with the focus.
  const isMoving = useRef(false);
  const place = rows[kept.index]?.id === kept.id ? kept.index : rows.findIndex(call => call.id === kept.id);
  const active = place >= 0 ? place : Math.max(0, Math.min(kept.index, rows.length - 1));
  const id = rows[active]?.id ?? '';
  if (kept.id !== '' && (id !== kept.id || active !== kept.index)) {
    setKept({ id, index: active });
  }

  const followFocus = (): void => {
    const element = scroller.current;
    if (
      (hasFocus.current || isMoving.current) &&
      element !== null &&
      (document.activeElement === document.body || element.contains(document.activeElement))
    ) {
      const row = element.querySelector<HTMLElement>(`[data-call="${CSS.escape(id)}"]`);
      row?.focus({ preventScroll: true });
      isMoving.current &&= row === null;
    }
  };
  const focusRow = (index: number): void => {
    isMoving.current = true;
    setKept({ id: rows[index]?.id ?? '', index });
  };
  useEffect(() => {
    const element = scroller.current!;
    const enter = (event: FocusEvent): void => {
      const entered = (event.target as Element).closest<HTMLElement>('[data-call]')?.dataset['call'];
      hasFocus.current = entered !== undefined;
      isMoving.current = false;
      if (entered !== undefined) {
        setKept(before => (before.id === entered ? before : { id: entered, index: -1 }));
      }
    };
    const leave = (event: FocusEvent): void => {
      hasFocus.current = event.relatedTarget === null && (event.target as Element | null)?.isConnected === false;
    };
    element.addEventListener('focusin', enter);
    element.addEventListener('focusout', leave);
    return () => {
      element.removeEventListener('focusin', enter);
      element.removeEventListener('focusout', leave);
    };
  }, [scroller]);
  return { active, focusRow, followFocus };
}

/** Keeps the visible rows in place while calls come and go above them. At the very top it does not, so that new calls are seen. */
function useStableScroll(rows: readonly MonitorCall[], rowHeight: number, scroller: { readonly current: HTMLElement | null }): void {
  const before = useRef(rows);
  useLayoutEffect(() => {
    const previous = before.current;
    before.current = rows;
    const element = scroller.current;
    if (previous === rows || element === null || element.scrollTop === 0) {
      return;
    }

    const first = Math.floor(element.scrollTop / rowHeight);
    const places = new Map(rows.map((call, index) => [call.id, index]));
    for (let index = first; index < Math.min(previous.length, first + 20); index++) {
      const place = places.get(previous[index]!.id);
      if (place !== undefined) {
        element.scrollBy(0, (place - index) * rowHeight);
        return;
      }
    }
  }, [rows, rowHeight, scroller]);
}
