import type { ReactElement } from 'react';

const shapes = {
  video: (
    <path d="M15 9.5 20.5 6v12L15 14.5M4.5 6h9A1.5 1.5 0 0 1 15 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 16.5v-9A1.5 1.5 0 0 1 4.5 6z" />
  ),
  videoOff: (
    <path d="M3 3l18 18M10 6h3.5A1.5 1.5 0 0 1 15 7.5V11M15 14.5l5.5 3.5V6L15 9.5M14.7 17.4a1.5 1.5 0 0 1-1.2.6h-9A1.5 1.5 0 0 1 3 16.5v-9A1.5 1.5 0 0 1 4.3 6" />
  ),
  phone: (
    <path d="M6.5 3.5h2.7l1.6 4.3-2.2 1.7a12.5 12.5 0 0 0 5.9 5.9l1.7-2.2 4.3 1.6v2.7a2 2 0 0 1-2.2 2A16.5 16.5 0 0 1 4.5 5.7a2 2 0 0 1 2-2.2z" />
  ),
  hangUp: (
    <path d="M3.2 14.6l-.6-2.5c-.2-.8.2-1.6.9-2a17.5 17.5 0 0 1 17 0c.7.4 1.1 1.2.9 2l-.6 2.5c-.2.8-.9 1.2-1.7 1l-3-.9a1.4 1.4 0 0 1-1-1.3v-2a12 12 0 0 0-6.2 0v2c0 .6-.4 1.1-1 1.3l-3 .9c-.8.2-1.5-.2-1.7-1z" />
  ),
  microphone: <path d="M12 3a3 3 0 0 0-3 3v5.5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3.5" />,
  microphoneOff: (
    <path d="M3 3l18 18M9 9v2.5a3 3 0 0 0 4.5 2.6M15 11.5V6a3 3 0 0 0-5.8-1M5.5 11.5a6.5 6.5 0 0 0 10 5.5M18.5 11.5a6.5 6.5 0 0 1-.5 2.5M12 18v3.5" />
  ),
  search: <path d="M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 20.5 20.5" />,
  settings: <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4" />,
  close: <path d="M5.5 5.5l13 13M18.5 5.5l-13 13" />,
  sound: <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" />,
  people: (
    <path d="M9 5a3.2 3.2 0 1 1 0 6.4A3.2 3.2 0 0 1 9 5zM2.5 19a6.5 6.5 0 0 1 13 0M16 5.3a3.2 3.2 0 0 1 0 5.9M17.5 13.8a6.5 6.5 0 0 1 4 5.2" />
  ),
  clock: <path d="M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 7.5V12l3 2" />,
  warning: <path d="M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.2" />,
  incoming: <path d="M18.5 5.5l-12 12M6.5 8.5v9h9" />,
  outgoing: <path d="M5.5 18.5l12-12M17.5 15.5v-9h-9" />,
  missed: <path d="M4 6.5l7.5 7.5L20 5.5M4 13V6.5h6.5" />,
  swap: <path d="M4 9h13l-3.5-3.5M20 15H7l3.5 3.5" />,
} as const;

export type IconName = keyof typeof shapes;

/** An icon as decoration: beside a text, or inside an element that has a name. */
export function Icon({ name }: { name: IconName }): ReactElement {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shapes[name]}
    </svg>
  );
}
