import { useEffect, useRef, useState, type ReactElement } from 'react';
import { Button } from '../Button';

/**
 * The sound of the other side. In an element of its own: one that waits for the first picture as well, which a call with voice
 * never brings, plays nothing.
 */
export function Sound({ stream }: { stream: MediaStream | null }): ReactElement {
  const element = useRef<HTMLAudioElement>(null);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const audio = element.current!;
    const tracks = stream?.getAudioTracks() ?? [];
    audio.srcObject = tracks.length === 0 ? null : new MediaStream(tracks);
    setHeld(false);
    if (tracks.length > 0) {
      audio.play().catch((error: unknown) => setHeld(error instanceof Error && error.name === 'NotAllowedError'));
    }

    return () => {
      audio.srcObject = null;
    };
  }, [stream]);
  return (
    <>
      <audio ref={element} autoPlay />
      {held && (
        <Button
          className="sound-play"
          label="Tap to hear"
          icon="sound"
          onClick={() => void element.current?.play().then(() => setHeld(false))}
        />
      )}
    </>
  );
}
