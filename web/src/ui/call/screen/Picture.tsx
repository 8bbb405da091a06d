import { useEffect, useRef, type ReactElement } from 'react';

interface PictureProps {
  stream: MediaStream | null;
  label: string;
  /** It is what this device sends, and is shown mirrored. */
  own?: boolean;
  /** Invisible because no picture arrives. */
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
