import { mount } from '../ui/mount';
import { SignedIn } from '../ui/sign-in/SignIn';
import { Patient } from './Patient';

mount(<SignedIn title="Fayo">{session => <Patient {...session} />}</SignedIn>);

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  // Without it the page works all the same: private windows and some settings refuse it.
  navigator.serviceWorker.register('./service-worker.js', { scope: './me' }).catch(() => undefined);
}
