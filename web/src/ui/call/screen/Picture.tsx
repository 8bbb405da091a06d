import { useEffect, useRef, type ReactElement } from 'react';

interface PictureProps {
  stream: MediaStream | null;
  label: string;
  /** What this device sends: mirrored. */
  own?: boolean;
  /** Covered where no picture comes. */
  hidden?: boolean;
}

/** A moving picture without its sound. */
export function Picture({ stream, label, own = false, hidden = false }: PictureProps): ReactElement {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current!;
    video.srcObject = stream;
    return () => {
      video.srcObject = null;
    };
  }, [stream]);
  return (
    <video
      ref={element}
      className={`picture${own ? ' own' : ''}${hidden ? ' covered' : ''}`}
      aria-label={label}
      data-testid={own ? 'local-video' : 'remote-video'}
      autoPlay
      playsInline
      muted
    />
  );
}
