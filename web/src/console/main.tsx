import { mount } from '../ui/mount';
import { SignedIn } from '../ui/sign-in/SignIn';
import { Console } from './Console';
import { NotStaff } from './NotStaff';

mount(
  <SignedIn title="Fayo calls">
    {session => (session.me.staff ? <Console {...session} /> : <NotStaff me={session.me} onSignOut={() => session.signOut()} />)}
  </SignedIn>,
);
