import { useEffect, useState, type ReactElement } from 'react';
import { type CaptureChoice, type CaptureDevice, type JoinedCall, LocalMedia } from '@fayo/calls';
import { Button } from '../../Button';
import { Dialog } from '../../Dialog';
import { useObserved } from '../../useObserved';
import { canChooseSpeaker, speaker, useSpeakers } from './speaker';

const titles: Readonly<Record<CaptureDevice, string>> = { microphone: 'Microphone', camera: 'Camera' };

/** Which microphone, camera and loudspeaker to use. */
export function DeviceChoice({ call, onClose }: { call: JoinedCall; onClose: () => void }): ReactElement {
  const local = useObserved(call.local);
  const [choices, setChoices] = useState<readonly CaptureChoice[]>([]);
  useEffect(() => {
    const look = (): void => void LocalMedia.choices().then(setChoices, () => undefined);
    look();
    navigator.mediaDevices.addEventListener('devicechange', look);
    return () => navigator.mediaDevices.removeEventListener('devicechange', look);
  }, [local]);
  return (
    <Dialog title="Devices" onClose={onClose}>
      <div className="device-fields">
        {(['microphone', 'camera'] as const).map(device => {
          const mine = choices.filter(choice => choice.device === device);
          return (
            <div className="field" key={device}>
              <label htmlFor={`choose-${device}`}>{titles[device]}</label>
              <select
                id={`choose-${device}`}
                className="select"
                value={local[device]?.getSettings().deviceId ?? ''}
                disabled={mine.length === 0}
                onChange={event => void call.use(mine.find(choice => choice.id === event.target.value)!)}
              >
                {local[device] === null && <option value="">{mine.length === 0 ? 'None found' : 'Off'}</option>}
                {mine.map((choice, index) => (
                  <option key={choice.id} value={choice.id}>
                    {choice.label || `${titles[device]} ${index + 1}`}
                  </option>
                ))}
              </select>
            </div>
          );
        })}
        {canChooseSpeaker && <SpeakerChoice />}
      </div>
      <div className="dialog-actions">
        <Button label="Done" look="primary" onClick={onClose} />
      </div>
    </Dialog>
  );
}

function SpeakerChoice(): ReactElement {
  const speakers = useSpeakers();
  const chosen = useObserved(speaker);
  return (
    <div className="field">
      <label htmlFor="choose-speaker">Speaker</label>
      <select
        id="choose-speaker"
        className="select"
        value={chosen}
        disabled={speakers.length === 0}
        onChange={event => speaker.set(event.target.value)}
      >
        <option value="">{speakers.length === 0 ? 'None found' : 'As the system chooses'}</option>
        {speakers.map(({ id, label }, index) => (
          <option key={id} value={id}>
            {label || `Speaker ${index + 1}`}
          </option>
        ))}
      </select>
    </div>
  );
}
