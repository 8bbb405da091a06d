import { mount } from '../ui/mount';
import { SignedIn } from '../ui/sign-in/SignIn';
import { Patient } from './Patient';

mount(
  <SignedIn title="Fayo" remembers>
    {session => <Patient {...session} />}
  </SignedIn>,
);

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  // Private windows and some settings refuse a service worker; the page works without.
  navigator.serviceWorker.register('./service-worker.js', { scope: './me' }).catch(() => undefined);
}
