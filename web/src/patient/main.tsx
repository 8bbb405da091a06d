import { mount } from '../ui/mount';
import { Shell } from '../ui/Shell';
import { SignedIn } from '../ui/sign-in/SignIn';

mount(
  <SignedIn title="Fayo">
    {({ me, signOut }) => (
      <Shell title="Fayo" me={me} onSignOut={() => signOut()}>
        <main className="page" />
      </Shell>
    )}
  </SignedIn>,
);
