import { useEffect, useRef, useState, type ReactElement } from 'react';
import { Button } from '../../Button';
import { useObserved } from '../../useObserved';
import { playOnSpeaker, speaker } from './speaker';

/**
 * The sound of the other side. It has an element of its own because a <video> waits for its first picture before it plays anything, and a
 * voice call never brings one.
 */
export function Sound({ stream }: { stream: MediaStream | null }): ReactElement {
  const element = useRef<HTMLAudioElement>(null);
  const chosen = useObserved(speaker);
  /** The stream that the browser plays only after a tap. */
  const [blocked, setBlocked] = useState<MediaStream | null>(null);
  useEffect(() => {
    const audio = element.current!;
    const tracks = stream?.getAudioTracks() ?? [];
    audio.srcObject = tracks.length === 0 ? null : new MediaStream(tracks);
    if (tracks.length === 0) {
      return undefined;
    }

    const play = (): void => {
      audio.play().then(
        () => setBlocked(null),
        (error: unknown) => setBlocked(error instanceof Error && error.name === 'NotAllowedError' ? stream : null),
      );
    };
    const look = (): void => {
      if (document.visibilityState === 'visible' && audio.paused) {
        play();
      }
    };
    play();
    // The system stops the sound for a phone call, for example, and does not start it again.
    audio.addEventListener('pause', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      audio.removeEventListener('pause', look);
      document.removeEventListener('visibilitychange', look);
      audio.srcObject = null;
    };
  }, [stream]);
  useEffect(() => void playOnSpeaker(element.current!), [chosen]);
  return (
    <>
      {/* eslint-disable-next-line jsx-a11y/media-has-caption -- There are no captions of a live conversation. */}
      <audio ref={element} autoPlay />
      {blocked !== null && blocked === stream && (
        <Button
          className="sound-play"
          label="Tap to hear"
          icon="sound"
          onClick={() =>
            void element.current?.play().then(
              () => setBlocked(null),
              () => undefined,
            )
          }
        />
      )}
    </>
  );
}
