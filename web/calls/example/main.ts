import { CallsClient, CallsRest, claimDevice, serviceBase, type JoinedCall } from '@fayo/calls';

// Your program knows who is signed in; the service checks the token with each request and connection.
const token = (): string => sessionStorage.getItem('token') ?? '';
const base = serviceBase();
const rest = new CallsRest({ base, token });
const { id: userId } = await rest.me();

const client = new CallsClient({
  rest,
  base,
  token,
  userId,
  device: await claimDevice(),
  onSignedOut: () => alert('Please sign in again.'),
});

// Calls that ring on this device.
client.store.subscribe(() => {
  const ring = client.store.getSnapshot().rings[0];
  if (ring !== undefined && client.isFree && confirm(`Answer ${ring.session.initiatorId}?`)) {
    client.answer(ring.session, ring.session.callType).catch(console.error);
  }
});

// The call that this device takes part in.
let shown: JoinedCall | null = null;
client.state.subscribe(() => {
  const { joined } = client.state.getSnapshot();
  if (joined !== null && joined !== shown) {
    shown = joined;
    joined.media.state.subscribe(() => {
      document.querySelector('video')!.srcObject = joined.media.state.getSnapshot().remote.stream;
    });
  }
});

document.querySelector('#call')!.addEventListener('click', () => {
  client.call('bob', 'VIDEO').catch(console.error);
});
document.querySelector('#hang-up')!.addEventListener('click', () => {
  client.hangUp().catch(console.error);
});

client.start();
