import { mount } from '../ui/mount';
import { Shell, StaffNav } from '../ui/Shell';
import { SignedIn } from '../ui/sign-in/SignIn';

mount(
  <SignedIn title="Fayo monitor">
    {({ me, signOut }) => (
      <Shell title="Fayo monitor" me={me} onSignOut={() => signOut()} nav={<StaffNav current="monitor" />}>
        <main className="page" />
      </Shell>
    )}
  </SignedIn>,
);
