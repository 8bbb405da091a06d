import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LocalMedia } from '../../src/media/local-media.ts';
import { PeerToPeer, type SignalChannel } from '../../src/media/peer-to-peer.ts';
import { peerCredential, settle } from '../calls.ts';
import { openLocal, useBrowser } from './browser.ts';
import { FakeConnection } from './connection.ts';

const credential = peerCredential({ iceServers: [{ urls: ['stun:stun.example'] }] });

/** The hub between the two: what is sent while `open` is false is lost. */
class FakeWire {
  open = true;
  readonly #ends: Record<'a' | 'b', Set<(payload: unknown) => void>> = { a: new Set(), b: new Set() };

  end(own: 'a' | 'b', other: 'a' | 'b'): SignalChannel {
    return {
      send: payload => {
        if (!this.open) {
          return Promise.reject(new Error('no connection'));
        }

        const copy: unknown = structuredClone(payload);
        queueMicrotask(() => this.#ends[other].forEach(listener => listener(copy)));
        return Promise.resolve();
      },
      listen: listener => {
        this.#ends[own].add(listener);
        return () => this.#ends[own].delete(listener);
      },
    };
  }
}

interface End {
  readonly media: PeerToPeer;
  readonly local: LocalMedia;
  readonly made: FakeConnection[];
  /** The connection in use. */
  current(): FakeConnection;
}

async function end(wire: FakeWire, initiator: boolean, camera = true, unreadable: string | null = null): Promise<End> {
  const made: FakeConnection[] = [];
  const local = await openLocal(camera);
  const media = new PeerToPeer({
    credential,
    initiator,
    local,
    channel: initiator ? wire.end('a', 'b') : wire.end('b', 'a'),
    createConnection: configuration => {
      if (unreadable !== null && configuration.iceServers !== undefined) {
        throw new SyntaxError(`${unreadable} is not a valid URL`);
      }

      made.push(new FakeConnection(configuration));
      return made.at(-1)! as unknown as RTCPeerConnection;
    },
  });
  return { media, local, made, current: () => made.at(-1)! };
}

const standing = (...ends: End[]): string[] => ends.map(({ media }) => media.state.getSnapshot().connection);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  useBrowser();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    vi.advanceTimersByTime(500);
    await settle();
  }
}

describe('PeerToPeer', () => {
  it('waits until the other has come, and then connects', async () => {
    const wire = new FakeWire();
    const [alice, bob] = [await end(wire, true), await end(wire, false)];
    await alice.media.join();
    await pass(6_000);
    expect(standing(alice)).toEqual(['waiting']);
    await bob.media.join();
    await settle();
    expect(standing(alice, bob)).toEqual(['connected', 'connected']);
    expect(alice.current().configuration).toEqual({ iceServers: [{ urls: ['stun:stun.example'] }] });
  });

  it.each([true, false])('says after a while that nothing comes through, and goes on trying (the initiator: %s)', async initiator => {
    const wire = new FakeWire();
    const side = await end(wire, initiator);
    await side.media.join();
    // The other one introduces itself and is silent after that.
    const [other, one] = initiator ? (['b', 'a'] as const) : (['a', 'b'] as const);
    await wire.end(other, one).send({ kind: 'hello', from: 'somebody', answers: true });
    await settle();
    expect(standing(side)).toEqual(['connecting']);
    await pass(15_500);
    expect(standing(side)).toEqual(['failed']);
    side.media.leave();
  });

  it('says that the other side has left, until it is back', async () => {
    const wire = new FakeWire();
    const [alice, bob] = [await end(wire, true), await end(wire, false)];
    await Promise.all([alice.media.join(), bob.media.join()]);
    await settle();
    bob.media.leave();
    await settle();
    expect(alice.media.state.getSnapshot().gone).toBe(true);
    const again = await end(wire, false);
    await again.media.join();
    await settle();
    expect(alice.media.state.getSnapshot()).toMatchObject({ gone: false, connection: 'connected' });
  });

  it('connects without the servers where one of them has an address that no browser can read, and says so', async () => {
    const wire = new FakeWire();
    const [alice, bob] = [await end(wire, true), await end(wire, false, true, 'turn:')];
    await Promise.all([alice.media.join(), bob.media.join()]);
    await settle();
    expect(bob.current().configuration).toEqual({});
    expect(standing(alice, bob)).toEqual(['connected', 'connected']);
  });

  it('says which server does not answer or refuses, as long as there is no connection', async () => {
    const wire = new FakeWire();
    const side = await end(wire, true);
    await side.media.join();
    await wire.end('b', 'a').send({ kind: 'hello', from: 'somebody', answers: true });
    await settle();
    const failure = { url: 'turn:turn.example:3478', errorCode: 401, errorText: 'Unauthorized' };
    side.current().dispatchEvent(Object.assign(new Event('icecandidateerror'), failure));
    expect(side.media.state.getSnapshot().serverProblem).toBe('turn:turn.example:3478: Unauthorized (401)');
    side.current().become('connected');
    expect(side.media.state.getSnapshot().serverProblem).toBeNull();
    side.media.leave();
  });

  it('connects where the hello of whoever came first was lost', async () => {
    const wire = new FakeWire();
    const [alice, bob] = [await end(wire, true), await end(wire, false)];
    wire.open = false;
    await alice.media.join();
    await bob.media.join();
    await settle();
    wire.open = true;
    await pass(2_500);
    expect(standing(alice, bob)).toEqual(['connected', 'connected']);
  });

  it('sends microphone and camera both ways, and says whether they are on', async () => {
    const wire = new FakeWire();
    const [alice, bob] = [await end(wire, true), await end(wire, false, false)];
    await Promise.all([alice.media.join(), bob.media.join()]);
    await settle();
    const sent = (side: End): unknown[] => side.current().transceivers.map(({ sender }) => sender.track);
    expect(sent(alice)).toEqual([alice.local.getSnapshot().microphone, alice.local.getSnapshot().camera]);
    expect(sent(bob)).toEqual([bob.local.getSnapshot().microphone, null]);
    expect(bob.current().transceivers.map(({ direction }) => direction)).toEqual(['sendrecv', 'sendrecv']);
    expect(alice.media.state.getSnapshot().remote).toMatchObject({ camera: false, muted: false });
    expect(bob.media.state.getSnapshot().remote).toMatchObject({ camera: true, muted: false });
  });

  it('tells the other of a mute and of a camera, without negotiating', async () => {
    const wire = new FakeWire();
    const [alice, bob] = [await end(wire, true), await end(wire, false, false)];
    await Promise.all([alice.media.join(), bob.media.join()]);
    await settle();
    const before = alice.current().remote;
    bob.local.setMuted(true);
    await bob.local.setCamera(true);
    await settle();
    expect(alice.media.state.getSnapshot().remote).toMatchObject({ camera: true, muted: true });
    expect(bob.current().transceivers[1]!.sender.track).toBe(bob.local.getSnapshot().camera);
    expect(alice.current().remote).toBe(before);
  });

  it.each([true, false])('comes back when the page of one is loaded again (the initiator’s: %s)', async reloadsInitiator => {
    const wire = new FakeWire();
    const [alice, bob] = [await end(wire, true), await end(wire, false)];
    await Promise.all([alice.media.join(), bob.media.join()]);
    await settle();
    const [gone, stays] = reloadsInitiator ? [alice, bob] : [bob, alice];
    gone.media.leave();
    await settle();
    expect(standing(stays)).toEqual(['reconnecting']);
    const returned = await end(wire, reloadsInitiator);
    await returned.media.join();
    await settle();
    expect(standing(returned, stays)).toEqual(['connected', 'connected']);
    expect(stays.made).toHaveLength(2);
  });

  it('comes back without a farewell, and hears nothing of the life before', async () => {
    const wire = new FakeWire();
    const [alice, bob] = [await end(wire, true), await end(wire, false)];
    await Promise.all([alice.media.join(), bob.media.join()]);
    await settle();
    wire.open = false;
    bob.media.leave();
    await settle();
    wire.open = true;
    const returned = await end(wire, false);
    await returned.media.join();
    await settle();
    expect(standing(alice, returned)).toEqual(['connected', 'connected']);
    expect(bob.made).toHaveLength(1);
  });

  it('leaves the call to another tab of the same user that comes in later, and does not take it back', async () => {
    const wire = new FakeWire();
    const [alice, bob] = [await end(wire, true), await end(wire, false)];
    await Promise.all([alice.media.join(), bob.media.join()]);
    await settle();
    const later = await end(wire, true);
    await later.media.join();
    await pass(60_000);
    expect(standing(alice, later, bob)).toEqual(['replaced', 'connected', 'connected']);
    expect(alice.current().connectionState).toBe('closed');
    alice.media.hubReconnected();
    alice.media.leave();
    await pass(1_000);
    expect(standing(alice, later, bob)).toEqual(['closed', 'connected', 'connected']);
  });

  it('restarts ICE where the way is lost, by the initiator alone', async () => {
    const wire = new FakeWire();
    const [alice, bob] = [await end(wire, true), await end(wire, false)];
    await Promise.all([alice.media.join(), bob.media.join()]);
    await settle();
    alice.current().become('disconnected');
    bob.current().become('disconnected');
    expect(standing(alice, bob)).toEqual(['reconnecting', 'reconnecting']);
    await pass(3_000);
    expect([alice.current().restarts, bob.current().restarts]).toEqual([1, 0]);
    expect(standing(alice, bob)).toEqual(['connected', 'connected']);
  });

  it('starts over where messages were lost on the way, and says meanwhile that nothing comes through', async () => {
    const wire = new FakeWire();
    const [alice, bob] = [await end(wire, true), await end(wire, false)];
    await Promise.all([alice.media.join(), bob.media.join()]);
    await Promise.resolve();
    await Promise.resolve();
    wire.open = false;
    await pass(32_000);
    expect(standing(alice)[0]).not.toBe('connected');
    wire.open = true;
    alice.media.hubReconnected();
    bob.media.hubReconnected();
    await pass(32_000);
    expect(standing(alice, bob)).toEqual(['connected', 'connected']);
  });

  it('uses renewed servers', async () => {
    const wire = new FakeWire();
    const [alice, bob] = [await end(wire, true), await end(wire, false)];
    await Promise.all([alice.media.join(), bob.media.join()]);
    await settle();
    await alice.media.renew({ ...credential, iceServers: [{ urls: ['turn:turn.example'], username: 'u', credential: 'p' }] });
    expect(alice.current().configuration).toEqual({ iceServers: [{ urls: ['turn:turn.example'], username: 'u', credential: 'p' }] });
  });

  it('closes everything when it leaves, and stays away', async () => {
    const wire = new FakeWire();
    const [alice, bob] = [await end(wire, true), await end(wire, false)];
    await Promise.all([alice.media.join(), bob.media.join()]);
    await settle();
    alice.media.leave();
    alice.media.hubReconnected();
    await pass(30_000);
    expect(alice.current().connectionState).toBe('closed');
    expect(alice.made).toHaveLength(1);
    expect(standing(alice)).toEqual(['closed']);
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    bob.media.leave();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('drops what is meant for the life before', async () => {
    const wire = new FakeWire();
    const alice = await end(wire, true);
    await alice.media.join();
    await wire
      .end('b', 'a')
      .send({ kind: 'description', from: 'bob’s life', to: 'another life', description: { type: 'offer', sdp: 'x' } });
    await settle();
    expect(alice.made).toHaveLength(0);
  });

  it('does not mind messages it does not know', async () => {
    const wire = new FakeWire();
    const alice = await end(wire, true);
    await alice.media.join();
    const stranger = wire.end('b', 'a');
    await Promise.all([null, 7, 'hello', {}, { kind: 'hello' }, { kind: 'other', from: 'x' }].map(payload => stranger.send(payload)));
    await settle();
    expect(standing(alice)).toEqual(['waiting']);
  });
});
