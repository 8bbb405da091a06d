import { useEffect, type ReactElement } from 'react';
import { browserDevice, canCapture, canConnectMedia, type CallsClient, type CallsRest, type Me } from '@fayo/calls';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import type { Sound } from '../ui/sound/useRinger';
import { personName } from '../ui/texts';
import { useObserved } from '../ui/useObserved';
import { isInstalled } from './push/capability';
import { pushTexts } from './push/readiness';
import { usePush, type Push } from './push/usePush';

interface ReadinessProps {
  client: CallsClient;
  session: { readonly me: Me; readonly rest: CallsRest; readonly token: () => string; readonly remember: () => void };
  sound: Sound;
}

/** Says what rings on this phone now and what does not, and helps with what does not. */
export function Readiness({ client, session, sound }: ReadinessProps): ReactElement {
  const { me, rest, token, remember } = session;
  const connected = useObserved(client.hub.state) === 'connected';
  const push = usePush({ rest, userId: me.id, deviceId: browserDevice() ?? 'web', token, onRegistered: remember });
  useEffect(() => {
    if (isInstalled()) {
      remember();
    }
  }, [remember]);
  const closed = push.state.kind === 'on';
  const canAnswer = canCapture() && canConnectMedia();
  const canBeCalled = !canAnswer
    ? 'Calls ring here, but cannot be answered here.'
    : closed
      ? 'You can be called. This phone rings also while this page is closed.'
      : 'You can be called. Keep this page open, and it rings.';
  return (
    <section className={push.state.kind === 'checking' ? 'readiness checking' : 'readiness'} aria-label="Ready for calls">
      <span className={connected && canAnswer ? 'readiness-mark ready' : 'readiness-mark'}>
        <Icon name="phone" />
      </span>
      <h1>{`Hello, ${me.firstName ?? personName(me)}`}</h1>
      <p role="status">{connected ? canBeCalled : 'Connecting …'}</p>
      <div className="readiness-sound">
        {sound.silent ? (
          <Button label="Turn on sound" icon="sound" look="primary" onClick={sound.allow} />
        ) : (
          <p className="quiet">
            <Icon name="sound" />
            Sound is on
          </p>
        )}
      </div>
      <ClosedPage push={push} />
    </section>
  );
}

/** What becomes of calls while the page is closed. */
function ClosedPage({ push }: { push: Push }): ReactElement | null {
  const texts = pushTexts(push.state);
  if (texts === null) {
    return null;
  }

  const { title, detail, action, good } = texts;
  const busy = push.state.kind === 'turning-on' || (push.state.kind === 'on' && push.state.test === 'sent');
  return (
    <div className="card readiness-push">
      <h2>
        <Icon name={good ? 'phone' : 'warning'} />
        {title}
      </h2>
      <p role="status">{detail}</p>
      {action !== null && (
        <Button
          label={action.label}
          look={action.does === 'turn-on' ? 'primary' : 'ordinary'}
          disabled={busy}
          onClick={action.does === 'turn-on' ? push.turnOn : push.test}
        />
      )}
    </div>
  );
}
