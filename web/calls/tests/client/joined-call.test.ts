import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError } from '../../src/service/errors.ts';
import { JoinedCall } from '../../src/client/joined-call.ts';
import { LocalMedia } from '../../src/media/local-media.ts';
import { initialMediaState, type MediaState, type MediaTransport } from '../../src/media/media.ts';
import type { SignalChannel } from '../../src/media/peer-to-peer.ts';
import { Observable } from '../../src/common/observable.ts';
import type { CredentialAnswer, PeerCredential } from '../../src/service/types.ts';
import { answered, ended, peerCredential, session, settle } from '../calls.ts';
import { openLocal, useBrowser, type FakeTrack } from '../media/browser.ts';

const answer = (change: Partial<PeerCredential> = {}): CredentialAnswer => ({
  message: '',
  session: session(answered),
  credential: peerCredential(change),
});

class FakeTransport implements MediaTransport {
  readonly state = new Observable<MediaState>(initialMediaState);
  join = vi.fn(() => Promise.resolve());
  renew = vi.fn(() => Promise.resolve());
  hubReconnected = vi.fn();
  leave = vi.fn();
}

async function setUp({
  renew = () => Promise.resolve(answer()),
  expiresIn = 3600,
  join = () => Promise.resolve(),
  confirm = null,
  given = {},
  local: ownLocal,
  channel = null,
}: {
  renew?: () => Promise<CredentialAnswer>;
  expiresIn?: number;
  join?: () => Promise<void>;
  confirm?: (() => Promise<ReturnType<typeof session>>) | null;
  given?: Partial<CredentialAnswer>;
  local?: LocalMedia;
  channel?: SignalChannel | null;
} = {}) {
  const transport = new FakeTransport();
  transport.join.mockImplementation(join);
  const renewing = vi.fn(renew);
  const local = ownLocal ?? (await openLocal());
  const call = new JoinedCall({
    answer: { ...answer({ expiresIn }), ...given },
    local,
    createTransport: () => transport,
    renew: renewing,
    confirm,
    channel,
    random: () => 0,
  });
  const released = (): boolean =>
    transport.leave.mock.calls.length > 0 &&
    (local.getSnapshot().microphone as unknown as FakeTrack).stopped &&
    (local.getSnapshot().camera as unknown as FakeTrack).stopped;
  return { call, transport, renewing, released };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  useBrowser();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('JoinedCall', () => {
  it('confirms a call that it has answered', async () => {
    const confirm = vi.fn(() => Promise.resolve(session({ ...answered, version: 6, status: 'ACTIVE' })));
    const { call } = await setUp({ confirm });
    await call.begin();
    expect(confirm).toHaveBeenCalledTimes(1);
    expect(call.state.getSnapshot().session.status).toBe('ACTIVE');
  });

  it('confirms again and again where that fails for a reason that passes', async () => {
    const confirm = vi
      .fn(() => Promise.resolve(session({ ...answered, version: 6, status: 'ACTIVE' })))
      .mockRejectedValueOnce(new CallError('bad_answer', '', { status: 502 }))
      .mockRejectedValueOnce(new CallError('network', ''));
    const { call } = await setUp({ confirm });
    const begun = call.begin();
    await settle();
    await vi.advanceTimersByTimeAsync(10_000);
    await begun;
    expect(confirm).toHaveBeenCalledTimes(3);
    expect(call.state.getSnapshot()).toMatchObject({ problem: null, session: { status: 'ACTIVE' } });
  });

  it('confirms only once it is clear whether there is a microphone', async () => {
    let open = (): void => undefined;
    const local = LocalMedia.opening(async () => {
      await new Promise<void>(resolve => (open = resolve));
      return openLocal();
    });
    const confirm = vi.fn(() => Promise.resolve(session({ ...answered, version: 6, status: 'ACTIVE' })));
    const { call } = await setUp({ confirm, local });
    const begun = call.begin();
    await settle();
    expect(confirm).not.toHaveBeenCalled();
    open();
    await begun;
    expect(confirm).toHaveBeenCalledTimes(1);
  });

  it('tells the other side that it cannot enter, before it leaves', async () => {
    const sent: unknown[] = [];
    const channel = {
      send: (payload: unknown) => {
        sent.push(payload);
        return Promise.resolve();
      },
      listen: () => () => undefined,
    };
    const { call } = await setUp({ join: () => Promise.reject(new Error('SDK')), channel });
    await call.begin();
    expect(sent.at(-1)).toMatchObject({ kind: 'condition', condition: { media: 'failed' } });
  });

  it('asks for another credential once when a call is answered whose credential is older than the answer', async () => {
    const { call, transport, renewing } = await setUp({ given: { session: session() } });
    await call.begin();
    call.follow(session({ version: 2, status: 'RINGING' }));
    expect(renewing).not.toHaveBeenCalled();
    call.follow(session(answered));
    call.follow(session({ ...answered, version: 6, status: 'ACTIVE' }));
    await settle();
    expect(renewing).toHaveBeenCalledTimes(1);
    expect(transport.renew).toHaveBeenCalledWith(peerCredential());
  });

  it('does not ask for one when the call has ended, nor where media go another way than from browser to browser', async () => {
    const unanswered = await setUp({ given: { session: session() } });
    await unanswered.call.begin();
    unanswered.call.follow(session({ ...answered, ...ended }));
    const agora = { ...peerCredential(), provider: 'agora', appId: 'a', token: 't', iceServers: null } as const;
    const other = await setUp({ given: { session: session(), credential: agora } });
    await other.call.begin();
    other.call.follow(session(answered));
    await settle();
    expect(unanswered.renewing).not.toHaveBeenCalled();
    expect(other.renewing).not.toHaveBeenCalled();
  });

  it('renews the credential two minutes before it expires, again and again', async () => {
    const { call, transport, renewing } = await setUp();
    await call.begin();
    vi.advanceTimersByTime(3_479_000);
    expect(renewing).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    await settle();
    expect(transport.renew).toHaveBeenCalledWith(peerCredential());
    vi.advanceTimersByTime(3_481_000);
    expect(renewing).toHaveBeenCalledTimes(2);
  });

  it('renews a short credential when a fifth of its time is left', async () => {
    const { call, renewing } = await setUp({ expiresIn: 60 });
    await call.begin();
    vi.advanceTimersByTime(47_000);
    expect(renewing).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_500);
    expect(renewing).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['the service cannot answer', new CallError('unavailable', '')],
    ['a proxy answers with 502', new CallError('bad_answer', '', { status: 502 })],
    ['the service has a fault', new CallError('internal', '', { status: 500 })],
    ['the token is refused', new CallError('unauthorized', '', { status: 401 })],
    ['the token cannot be had', new CallError('no_token', '')],
  ])('tries the renewal again where %s', async (_, error) => {
    const renew = vi.fn(() => Promise.resolve(answer())).mockRejectedValueOnce(error);
    const { call, renewing, transport } = await setUp({ renew });
    await call.begin();
    vi.advanceTimersByTime(3_481_000);
    await settle();
    vi.advanceTimersByTime(1_000);
    await settle();
    expect(renewing).toHaveBeenCalledTimes(2);
    expect(transport.renew).toHaveBeenCalledTimes(1);
    expect(call.state.getSnapshot().problem).toBeNull();
  });

  it('leaves where the renewal is refused: the call has ended unheard', async () => {
    const over = session(ended);
    const { call, released } = await setUp({
      renew: () => Promise.reject(new CallError('call_ended', '', { status: 410, session: over })),
    });
    await call.begin();
    vi.advanceTimersByTime(3_481_000);
    await settle();
    expect(call.state.getSnapshot().session).toEqual(over);
    expect(released()).toBe(true);
  });

  it('releases microphone, camera and connection when the call ends', async () => {
    const { call, released, renewing } = await setUp();
    await call.begin();
    expect(released()).toBe(false);
    call.follow(session(ended));
    expect(released()).toBe(true);
    vi.advanceTimersByTime(9_999_000);
    expect(renewing).not.toHaveBeenCalled();
  });

  it('releases everything where the media cannot be joined, and says so', async () => {
    const { call, released } = await setUp({ join: () => Promise.reject(new Error('SDK')) });
    await call.begin();
    expect(call.state.getSnapshot().problem).toMatchObject({ code: 'media_failed' });
    expect(released()).toBe(true);
  });

  it('gives everything back where another device of the user has come in, and says so', async () => {
    const { call, transport, released } = await setUp();
    await call.begin();
    transport.state.update({ connection: 'replaced' });
    expect(call.state.getSnapshot()).toMatchObject({ problem: { code: 'continued_elsewhere' }, left: true });
    expect(released()).toBe(true);
  });

  it('does not go back to an older version of the call', async () => {
    const { call } = await setUp();
    call.follow(session({ ...answered, version: 8, status: 'ACTIVE' }));
    call.follow(session({ ...answered, version: 6 }));
    expect(call.state.getSnapshot().session.version).toBe(8);
  });
});
