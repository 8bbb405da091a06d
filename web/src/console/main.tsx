import { mount } from '../ui/mount';
import { Shell, StaffNav } from '../ui/Shell';
import { SignedIn } from '../ui/sign-in/SignIn';

mount(
  <SignedIn title="Fayo calls">
    {({ me, signOut }) => (
      <Shell title="Fayo calls" me={me} onSignOut={() => signOut()} nav={<StaffNav current="calls" />}>
        <main className="page" />
      </Shell>
    )}
  </SignedIn>,
);
