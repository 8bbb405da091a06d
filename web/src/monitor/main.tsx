import { mount } from '../ui/mount';
import { Shell, StaffNav } from '../ui/Shell';
import { SignedIn } from '../ui/sign-in/SignIn';
import { MonitorPage } from './MonitorPage';
import { StaffOnly } from './StaffOnly';

mount(
  <SignedIn title="Fayo monitor">
    {({ me, rest, token, signOut }) => (
      <Shell title="Fayo monitor" me={me} onSignOut={() => signOut()} nav={me.staff ? <StaffNav current="monitor" /> : undefined}>
        {(me.monitor ?? me.staff) ? <MonitorPage rest={rest} token={token} isStaff={me.staff} onSignOut={signOut} /> : <StaffOnly />}
      </Shell>
    )}
  </SignedIn>,
);
