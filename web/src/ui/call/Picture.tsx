import { useEffect, useRef, useState, type ReactElement } from 'react';
import { Button } from '../Button';

interface PictureProps {
  stream: MediaStream | null;
  label: string;
  /** What this device sends: mirrored, and never heard. */
  own?: boolean;
  /** Covered where only sound comes; the element stays, for it is also what is heard. */
  hidden?: boolean;
}

/** A moving picture with its sound. */
export function Picture({ stream, label, own = false, hidden = false }: PictureProps): ReactElement {
  const element = useRef<HTMLVideoElement>(null);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const video = element.current!;
    video.srcObject = stream;
    setHeld(false);
    if (stream !== null) {
      video.play().catch((error: unknown) => setHeld(error instanceof Error && error.name === 'NotAllowedError'));
    }

    return () => {
      video.srcObject = null;
    };
  }, [stream]);
  return (
    <>
      <video
        ref={element}
        className={`picture${own ? ' own' : ''}${hidden ? ' covered' : ''}`}
        aria-label={label}
        data-testid={own ? 'local-video' : 'remote-video'}
        autoPlay
        playsInline
        muted={own}
      />
      {held && !own && (
        <Button
          className="picture-play"
          label="Tap to hear and see"
          icon="sound"
          onClick={() => void element.current?.play().then(() => setHeld(false))}
        />
      )}
    </>
  );
}
