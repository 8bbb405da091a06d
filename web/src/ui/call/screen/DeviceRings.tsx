import { useEffect, useState, type ReactElement } from 'react';
import type { CallSession, CallsRest, TimelineEntry } from '@fayo/calls';

const askEveryMs = 1_500;

type Reached = 'delivered' | 'ringing' | 'answered';

const words: Readonly<Record<Reached, string>> = { delivered: 'Being reached', ringing: 'Ringing', answered: 'Answered' };

/** Which of the other user's devices have been reached, and which ring. Only the caller sees it. */
export function DeviceRings({ rest, session }: { rest: CallsRest; session: CallSession }): ReactElement | null {
  const [timeline, setTimeline] = useState<readonly TimelineEntry[]>([]);
  useEffect(() => {
    const asking = new AbortController();
    const ask = (): void => void rest.timeline(session.id, asking.signal).then(setTimeline, () => undefined);
    ask();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') {
        ask();
      }
    }, askEveryMs);
    return () => {
      clearInterval(timer);
      asking.abort();
    };
  }, [rest, session.id, session.version]);
  const devices = devicesIn(timeline);
  return (
    <ul className="device-rings" aria-label="Devices being called">
      {devices.map(({ device, reached }, index) => (
        <li key={device} className={`badge ${reached}`}>
          {`Device ${index + 1} · ${words[reached]}`}
        </li>
      ))}
    </ul>
  );
}

function devicesIn(timeline: readonly TimelineEntry[]): readonly { device: string; reached: Reached }[] {
  const devices = new Map<string, Reached>();
  for (const { kind, device } of timeline) {
    if (device !== null && (kind === 'delivered' || kind === 'ringing' || kind === 'answered')) {
      if (kind !== 'delivered' || !devices.has(device)) {
        devices.set(device, kind);
      }
    }
  }

  return [...devices].map(([device, reached]) => ({ device, reached }));
}
