import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallsClient } from '../../src/client/client.ts';
import { CaptureError } from '../../src/media/capture.ts';
import { LocalMedia } from '../../src/media/local-media.ts';
import { CallsRest } from '../../src/service/rest.ts';
import type { CallSession, Sync } from '../../src/service/types.ts';
import { answered, ended, invitation, peerCredential, session, settle } from '../calls.ts';
import { useBrowser, type FakeTrack } from '../media/browser.ts';

const credential = peerCredential();

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown> | null;
}

type Answers = (asked: Asked) => { readonly status?: number; readonly body: unknown };

const storage = (): Storage => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as unknown as Storage;
};

/** A service and a browser at their borders: HTTP, the hub's connection, the microphone. */
function setUp({
  answers,
  userId = 'alice',
  open = { serverTime: '2030-01-01T00:00:00.000Z', invitations: [], calls: [] },
  openMedia,
  showsSecondRing = false,
  device = 'tab',
}: {
  answers: Answers;
  userId?: string;
  open?: Sync;
  openMedia?: (options: { camera: boolean }) => Promise<LocalMedia>;
  showsSecondRing?: boolean;
  device?: string;
}) {
  const asked: Asked[] = [];
  const invoked: [string, unknown][] = [];
  const listeners = new Map<string, (argument: never) => void>();
  const local: LocalMedia[] = [];
  const onSignedOut = vi.fn();
  const rest = new CallsRest({
    base: 'https://calls.example/',
    token: () => 'jwt',
    attempts: 1,
    fetch: (url, init) => {
      const request: Asked = {
        method: init!.method!,
        path: new URL((url as URL).href).pathname.replace('/api/v1/', ''),
        body: typeof init!.body === 'string' ? (JSON.parse(init!.body) as Record<string, unknown>) : null,
      };
      asked.push(request);
      const { status = 200, body } = answers(request);
      return Promise.resolve(
        Response.json(body, { status, ...(status >= 400 && { headers: { 'Content-Type': 'application/problem+json' } }) }),
      );
    },
  });
  const client = new CallsClient({
    rest,
    base: 'https://calls.example/',
    token: () => 'jwt',
    userId,
    device,
    onSignedOut,
    showsSecondRing,
    connect: () => ({
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      on: (event, listener) => void listeners.set(event, listener),
      onclose: () => undefined,
      invoke: <T>(method: string, argument: unknown) => {
        invoked.push([method, argument]);
        return Promise.resolve((method === 'sync' ? open : {}) as T);
      },
    }),
    openMedia:
      openMedia ??
      (async options => {
        local.push(await LocalMedia.open(options));
        return local.at(-1)!;
      }),
  });
  client.start();
  const tell = (event: string, argument: unknown): void => listeners.get(event)!(argument as never);
  return { client, asked, invoked, tell, local, onSignedOut };
}

/** A microphone that is there when `opened` is called with its number: somebody is asked for leave first. */
function slowMedia() {
  const opened: (() => Promise<LocalMedia>)[] = [];
  const local: LocalMedia[] = [];
  const openMedia = (options: { camera: boolean }): Promise<LocalMedia> =>
    new Promise(resolve => {
      opened.push(async () => {
        local.push(await LocalMedia.open(options));
        resolve(local.at(-1)!);
        return local.at(-1)!;
      });
    });
  return { opened, openMedia, local };
}

const creates =
  (call: Partial<CallSession> = {}): Answers =>
  ({ method, path, body }) =>
    method === 'PATCH'
      ? {
          body: {
            message: '',
            session: session({
              ...call,
              version: 9,
              status: body!['status'] as CallSession['status'],
              endedAt: 'x',
              endReason: 'caller_cancelled',
            }),
          },
        }
      : { status: 201, body: { message: path, session: session(call), credential } };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
  vi.stubGlobal('sessionStorage', storage());
  vi.stubGlobal('localStorage', storage());
  useBrowser();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The real client waits for real promises of fetch and Response as well. */
async function turn(): Promise<void> {
  for (let round = 0; round < 10; round++) {
    await settle();
    await new Promise(resolve => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve(undefined);
      };
      port2.postMessage(null);
    });
  }
}

describe('CallsClient', () => {
  it('watches who is online, and asks again for that with each connection', async () => {
    const { client, invoked, tell } = setUp({ answers: creates() });
    client.presence.watch(['bob', 'cleo']);
    await turn();
    expect(invoked).toContainEqual(['watch_presence', { userIds: ['bob', 'cleo'] }]);
    tell('presence', { users: [{ id: 'bob', online: true, devices: 2 }] });
    tell('presence', { users: [{ id: 'cleo', online: false, devices: 0 }] });
    expect([...client.presence.devices.getSnapshot()]).toEqual([
      ['bob', 2],
      ['cleo', 0],
    ]);
    client.stop();
    expect(client.presence.devices.getSnapshot().size).toBe(0);
  });

  it('hands over the newest token when that of the connection has expired', async () => {
    const { invoked, tell } = setUp({ answers: creates() });
    await turn();
    tell('token_expired', { closesAt: '2030-01-01T00:00:30.000Z' });
    await turn();
    expect(invoked.at(-1)).toEqual(['renew_token', { token: 'jwt' }]);
  });

  it('calls nobody where there is no microphone', async () => {
    const { client, asked } = setUp({ answers: creates(), openMedia: () => Promise.reject(new CaptureError('microphone', 'refused')) });
    await expect(client.call('bob', 'VIDEO')).rejects.toMatchObject({ device: 'microphone', fault: 'refused' });
    expect(asked).toEqual([]);
    expect(client.state.getSnapshot()).toEqual({ starting: null, joined: null, signedOut: false, unsent: [] });
  });

  it('calls nobody where it was cancelled while the microphone was being opened', async () => {
    let opened = (): void => undefined;
    const { client, asked } = setUp({
      answers: creates(),
      openMedia: async options => {
        await new Promise<void>(resolve => (opened = resolve));
        return LocalMedia.open(options);
      },
    });
    const calling = client.call('bob', 'VIDEO');
    await client.hangUp();
    opened();
    await calling;
    expect(asked).toEqual([]);
    expect(client.state.getSnapshot()).toEqual({ starting: null, joined: null, signedOut: false, unsent: [] });
  });

  it('calls only the second where the first was cancelled while its microphone was being opened', async () => {
    const { opened, openMedia, local } = slowMedia();
    const { client, asked } = setUp({ answers: creates({ recipientId: 'carol' }), openMedia });
    const first = client.call('bob', 'VOICE');
    await client.hangUp();
    const second = client.call('carol', 'VOICE');
    await opened[0]!();
    await first;
    await opened[1]!();
    await second;
    expect(asked.map(({ body }) => body!['recipientId'])).toEqual(['carol']);
    expect(local.map(media => (media.getSnapshot().microphone as unknown as FakeTrack).stopped)).toEqual([true, false]);
    expect(client.state.getSnapshot().joined?.state.getSnapshot().session.recipientId).toBe('carol');
    client.stop();
  });

  it('calls nobody where it was stopped while the microphone was being opened', async () => {
    const { opened, openMedia, local } = slowMedia();
    const { client, asked } = setUp({ answers: creates(), openMedia });
    const calling = client.call('bob', 'VOICE');
    client.stop();
    await opened[0]!();
    await calling;
    expect(asked).toEqual([]);
    expect((local[0]!.getSnapshot().microphone as unknown as FakeTrack).stopped).toBe(true);
    expect(client.state.getSnapshot()).toEqual({ starting: null, joined: null, signedOut: false, unsent: [] });
  });

  it('leaves a call alone that it was coming back into when it was stopped, and opens no microphone for it', async () => {
    const active = session({ ...answered, version: 7, status: 'ACTIVE' });
    const { client, asked, local } = setUp({
      answers: request => {
        client.stop();
        return creates(active)(request);
      },
    });
    await client.rejoin(active, false);
    expect(asked.map(({ method }) => method)).toEqual(['POST']);
    expect(local).toEqual([]);
    expect(client.state.getSnapshot().joined).toBeNull();
  });

  it('cancels a call that was cancelled while the service was opening it', async () => {
    const { client, asked, local } = setUp({
      answers: request => {
        if (request.method === 'POST') {
          void client.hangUp();
        }

        return creates()(request);
      },
    });
    await client.call('bob', 'VOICE');
    expect(asked.map(({ method, body }) => [method, body?.['status']])).toEqual([
      ['POST', undefined],
      ['PATCH', 'CANCELLED'],
    ]);
    expect((local[0]!.getSnapshot().microphone as unknown as FakeTrack).stopped).toBe(true);
    expect(client.state.getSnapshot().joined).toBeNull();
  });

  it('answers where it calls somebody who is ringing here', async () => {
    const { client, asked, tell } = setUp({ answers: creates(answered), userId: 'bob' });
    await turn();
    tell('call_invitation', invitation(30_000));
    await client.call('alice', 'VOICE');
    expect(asked[0]).toMatchObject({ path: 'calls/session/call-1/token', body: { role: 'AUDIENCE', deviceId: 'tab' } });
    expect(client.store.getSnapshot().rings).toEqual([]);
  });

  it('confirms what it has answered, and completes it when it hangs up', async () => {
    const { client, asked, tell } = setUp({ answers: creates(answered), userId: 'bob' });
    await turn();
    tell('call_invitation', invitation(30_000));
    const ring = client.store.getSnapshot().rings[0]!;
    await client.answer(ring.session, 'VIDEO');
    await turn();
    tell('call_status', session({ ...answered, version: 7, status: 'ACTIVE' }));
    await client.hangUp();
    const statuses = asked.filter(({ method }) => method === 'PATCH').map(({ body }) => body!['status']);
    expect(statuses).toEqual(['ACTIVE', 'COMPLETED']);
    expect(client.store.getSnapshot().stopped).toBeNull();
  });

  it('rings on where the answer was refused for a reason that passes', async () => {
    const { client, tell } = setUp({ answers: () => ({ status: 503, body: { code: 'unavailable', detail: '' } }), userId: 'bob' });
    await turn();
    tell('call_invitation', invitation(30_000));
    await expect(client.answer(client.store.getSnapshot().rings[0]!.session, 'VOICE')).rejects.toMatchObject({ code: 'unavailable' });
    expect(client.store.getSnapshot().rings).toHaveLength(1);
  });

  it('acknowledges every invitation, also one that comes again', async () => {
    const { invoked, tell } = setUp({ answers: creates(), userId: 'bob' });
    await turn();
    tell('call_invitation', invitation(30_000));
    tell('call_invitation', invitation(27_000));
    expect(invoked.filter(([method]) => method === 'invitation_ack')).toEqual([
      ['invitation_ack', { sessionId: 'call-1' }],
      ['invitation_ack', { sessionId: 'call-1' }],
    ]);
  });

  it.each([403, 404])('is connected although the service answers %d for a call that it knew', async status => {
    const { client, tell } = setUp({ answers: () => ({ status, body: { code: 'not_found', detail: '' } }), userId: 'bob' });
    tell('call_status', session({ version: 2, status: 'RINGING' }));
    await turn();
    expect(client.hub.state.getSnapshot()).toBe('connected');
    expect([...client.store.getSnapshot().calls.keys()]).toEqual([]);
  });

  it('acknowledges what rings while it calls somebody else only once that call is over, and it is shown', async () => {
    const { client, invoked, tell } = setUp({ answers: creates() });
    const acknowledged = (): unknown[] => invoked.filter(([method]) => method === 'invitation_ack').map(([, argument]) => argument);
    await settle();
    await client.call('bob', 'VOICE');
    tell('call_invitation', invitation(30_000, { id: 'call-2', initiatorId: 'carol', recipientId: 'alice' }));
    tell('call_invitation', invitation(30_000, { id: 'call-3', initiatorId: 'dave', recipientId: 'alice' }));
    tell('call_status', session({ id: 'call-3', initiatorId: 'dave', recipientId: 'alice', ...ended }));
    expect(acknowledged()).toEqual([]);
    await client.hangUp();
    expect(client.isFree).toBe(true);
    expect(acknowledged()).toEqual([{ sessionId: 'call-2' }]);
  });

  it('goes on with its call when its sign-in has run out, and tells of it when the call is over', async () => {
    let refuses = false;
    const { client, tell, local, onSignedOut } = setUp({
      answers: asked => (refuses ? { status: 401, body: { code: 'unauthorized' } } : creates()(asked)),
    });
    await settle();
    await client.call('bob', 'VOICE');
    tell('call_status', session(answered));
    refuses = true;
    vi.advanceTimersByTime(3_600_000);
    await settle();
    expect(client.state.getSnapshot()).toMatchObject({ signedOut: true, joined: { isOngoing: true } });
    refuses = false;
    vi.advanceTimersByTime(15_000);
    await settle();
    expect(client.state.getSnapshot()).toMatchObject({ signedOut: false, joined: { isOngoing: true } });
    refuses = true;
    vi.advanceTimersByTime(3_600_000);
    await settle();
    expect(onSignedOut).not.toHaveBeenCalled();
    expect((local[0]!.getSnapshot().microphone as unknown as FakeTrack).stopped).toBe(false);
    tell('call_status', session(ended));
    expect(onSignedOut).toHaveBeenCalledTimes(1);
  });

  it('gives everything back when the other hangs up, and when the page goes', async () => {
    for (const end of ['hangs up', 'goes'] as const) {
      const { client, tell, local } = setUp({ answers: creates() });
      await turn();
      await client.call('bob', 'VIDEO');
      if (end === 'goes') {
        window.dispatchEvent(new Event('pagehide'));
      } else {
        tell('call_status', session(ended));
      }

      expect(
        local[0]!
          .getSnapshot()
          .stream.getTracks()
          .every(track => (track as unknown as FakeTrack).stopped),
      ).toBe(true);
      expect(client.state.getSnapshot().joined!.media.state.getSnapshot().connection).toBe('closed');
      client.stop();
    }
  });

  it('comes back into its call after a reload, as the same device', async () => {
    const active = session({ ...answered, version: 7, status: 'ACTIVE' });
    const before = setUp({ answers: creates(answered), userId: 'bob' });
    await turn();
    before.tell('call_invitation', invitation(30_000));
    await before.client.answer(before.client.store.getSnapshot().rings[0]!.session, 'VOICE');
    before.client.stop();
    const after = setUp({
      answers: creates({ ...answered, version: 7, status: 'ACTIVE' }),
      userId: 'bob',
      open: { serverTime: '2030-01-01T00:01:00.000Z', invitations: [], calls: [active] },
    });
    await turn();
    expect(after.asked).toMatchObject([{ path: 'calls/session/call-1/token', body: { role: 'AUDIENCE', deviceId: 'tab' } }]);
    expect(after.client.state.getSnapshot().joined?.state.getSnapshot().session.id).toBe('call-1');
    expect(after.local[0]!.getSnapshot().camera).toBeNull();
  });

  it('does not come back into a call that it has left, even where the service could not be told', async () => {
    const { client } = setUp({
      answers: request => (request.method === 'PATCH' ? { status: 503, body: { code: 'unavailable', detail: '' } } : creates()(request)),
    });
    await turn();
    await client.call('bob', 'VIDEO');
    await client.hangUp();
    expect(client.state.getSnapshot().unsent).toEqual(['call-1']);
    client.stop();
    const after = setUp({
      answers: creates(),
      open: { serverTime: '2030-01-01T00:01:00.000Z', invitations: [], calls: [session({ version: 2 })] },
    });
    await turn();
    expect(after.asked.map(({ method, body }) => [method, body?.['status']])).toEqual([['PATCH', 'CANCELLED']]);
    expect(after.client.state.getSnapshot()).toMatchObject({ joined: null, starting: null });
  });

  it('answers before the microphone is there, and goes on without one where there is none', async () => {
    let refuse = (): void => undefined;
    const { client, asked, tell } = setUp({
      answers: creates(answered),
      userId: 'bob',
      openMedia: () => new Promise((_, reject) => (refuse = () => reject(new CaptureError('microphone', 'refused')))),
    });
    await turn();
    tell('call_invitation', invitation(30_000));
    await client.answer(client.store.getSnapshot().rings[0]!.session, 'VOICE');
    await turn();
    expect(asked.map(({ method, path }) => [method, path])).toEqual([['POST', 'calls/session/call-1/token']]);
    const joined = client.state.getSnapshot().joined!;
    expect(joined.local.getSnapshot()).toMatchObject({ opening: true, microphone: null, problem: null });
    refuse();
    await turn();
    expect(joined.local.getSnapshot()).toMatchObject({ opening: false, microphone: null, problem: { fault: 'refused' } });
    expect(asked.at(-1)!.body).toEqual({ status: 'ACTIVE' });
    expect(joined.isOngoing).toBe(true);
    client.stop();
  });

  it('keeps a call ringing where the browser has refused the microphone for good', async () => {
    const { client, asked, tell } = setUp({ answers: creates(answered), userId: 'bob' });
    await turn();
    Object.assign(navigator, { permissions: { query: () => Promise.resolve({ state: 'denied' }) } });
    tell('call_invitation', invitation(30_000));
    const [ring] = client.store.getSnapshot().rings;
    await expect(client.answer(ring!.session, 'VOICE')).rejects.toMatchObject({ fault: 'refused' });
    expect(asked).toEqual([]);
    expect(client.store.getSnapshot().rings).toHaveLength(1);
  });

  it('does not ring again, after a reload, for a call that it has declined and could not tell the service of', async () => {
    const ringing = { serverTime: '2030-01-01T00:00:00.000Z', invitations: [invitation(30_000)], calls: [] };
    const unavailable: Answers = () => ({ status: 502, body: {} });
    const before = setUp({ answers: unavailable, userId: 'bob', open: ringing });
    await turn();
    await before.client.decline('call-1');
    before.client.stop();
    const after = setUp({ answers: unavailable, userId: 'bob', open: ringing });
    await turn();
    expect(after.client.store.getSnapshot().rings).toEqual([]);
    expect(after.invoked.filter(([method]) => method === 'invitation_ack')).toEqual([]);
    after.client.stop();
  });

  it('acknowledges a second call at once where the page shows it, and answers it in place of the first', async () => {
    const second = { id: 'call-2', initiatorId: 'carol', recipientId: 'alice' };
    const { client, asked, invoked, tell } = setUp({
      answers: request => (request.path.includes('call-2') ? creates({ ...second, ...answered })(request) : creates()(request)),
      showsSecondRing: true,
    });
    await settle();
    await client.call('bob', 'VOICE');
    tell('call_invitation', invitation(30_000, second));
    expect(invoked.filter(([method]) => method === 'invitation_ack')).toEqual([['invitation_ack', { sessionId: 'call-2' }]]);
    await client.answerInstead(client.store.getSnapshot().rings[0]!.session, 'VOICE');
    expect(asked.map(({ method, path }) => [method, path])).toEqual([
      ['POST', 'calls/session'],
      ['PATCH', 'calls/session/call-1/status'],
      ['POST', 'calls/session/call-2/token'],
    ]);
    expect(client.state.getSnapshot().joined?.state.getSnapshot().session.id).toBe('call-2');
    client.stop();
  });

  it('stays out of the call of another tab, from which it was opened with a copy of what that one keeps', async () => {
    const open = { serverTime: '2030-01-01T00:01:00.000Z', invitations: [], calls: [session({ version: 2 })] };
    const first = setUp({ answers: creates() });
    await turn();
    await first.client.call('bob', 'VOICE');
    const second = setUp({ answers: creates(), open, device: 'tab-2' });
    await turn();
    expect(second.asked).toEqual([]);
    expect(second.client.state.getSnapshot()).toMatchObject({ joined: null, starting: null });
    first.client.stop();
    second.client.stop();
  });
});
