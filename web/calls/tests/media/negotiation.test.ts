import { describe, expect, it } from 'vitest';
import { Negotiation, type NegotiationMessage } from '../../src/media/negotiation.ts';
import { settle } from '../calls.ts';
import { FakeConnection } from './connection.ts';

interface Side {
  readonly connection: FakeConnection;
  readonly negotiation: Negotiation;
  readonly out: NegotiationMessage[];
}

function side(polite: boolean): Side {
  const connection = new FakeConnection();
  const out: NegotiationMessage[] = [];
  const negotiation = new Negotiation({
    connection: connection as unknown as RTCPeerConnection,
    polite,
    send: message => out.push(message),
    beforeAnswer: () => Promise.resolve(),
  });
  return { connection, negotiation, out };
}

/** Hands over what has been sent, until neither has anything more to say. */
async function converse(one: Side, other: Side): Promise<void> {
  await settle();
  while (one.out.length + other.out.length > 0) {
    const [toOther, toOne] = [one.out.splice(0), other.out.splice(0)];
    await Promise.all([
      ...toOther.map(message => other.negotiation.handle(message)),
      ...toOne.map(message => one.negotiation.handle(message)),
    ]);
    await settle();
  }
}

const connected = (...sides: Side[]): boolean =>
  sides.every(({ connection }) => connection.connectionState === 'connected' && connection.signalingState === 'stable');

describe('Negotiation', () => {
  it('connects by offer and answer', async () => {
    const [impolite, polite] = [side(false), side(true)];
    impolite.connection.addTransceiver('audio');
    await converse(impolite, polite);
    expect(connected(impolite, polite)).toBe(true);
  });

  it('has the polite one give way where both offer at once', async () => {
    const [impolite, polite] = [side(false), side(true)];
    impolite.connection.addTransceiver('audio');
    polite.connection.addTransceiver('audio');
    await converse(impolite, polite);
    expect(connected(impolite, polite)).toBe(true);
    expect([impolite.connection.rollbacks, polite.connection.rollbacks]).toEqual([0, 1]);
    expect(polite.connection.remote!.sdp).toMatch(new RegExp(`^${impolite.connection.id}\\.offer`));
  });

  it('ignores, where it is impolite, also an offer that comes while its own is being made', async () => {
    const impolite = side(false);
    let release = (): void => undefined;
    impolite.connection.held = new Promise(resolve => (release = resolve));
    impolite.connection.addTransceiver('audio');
    await settle();
    await impolite.negotiation.handle({ kind: 'description', description: { type: 'offer', sdp: 'other.offer' } });
    release();
    await settle();
    expect(impolite.connection.remote).toBeNull();
    expect(impolite.out).toMatchObject([{ kind: 'description', description: { type: 'offer' } }]);
  });

  it('lets the candidates of an ignored offer go without complaint', async () => {
    const impolite = side(false);
    impolite.connection.addTransceiver('audio');
    await settle();
    await impolite.negotiation.handle({ kind: 'description', description: { type: 'offer', sdp: 'other.offer' } });
    await expect(impolite.negotiation.handle({ kind: 'candidate', candidate: { candidate: 'c' } })).resolves.toBeUndefined();
    expect(impolite.connection.candidates).toEqual([]);
  });

  it('keeps a candidate until the description before it has been taken', async () => {
    const polite = side(true);
    const taken = [
      polite.negotiation.handle({ kind: 'description', description: { type: 'offer', sdp: 'other.offer' } }),
      polite.negotiation.handle({ kind: 'candidate', candidate: { candidate: 'c' } }),
    ];
    await Promise.all(taken);
    expect(polite.connection.candidates).toEqual([{ candidate: 'c' }]);
  });

  it('goes on after a message that makes no sense', async () => {
    const [impolite, polite] = [side(false), side(true)];
    await expect(impolite.negotiation.handle({ kind: 'description', description: { type: 'answer', sdp: 'stray' } })).rejects.toThrow(
      'answer',
    );
    impolite.connection.addTransceiver('audio');
    await converse(impolite, polite);
    expect(connected(impolite, polite)).toBe(true);
  });

  it('tells the peer of every candidate, and of their end', async () => {
    const impolite = side(false);
    const found = (candidate: unknown): Event => Object.assign(new Event('icecandidate'), { candidate });
    impolite.connection.dispatchEvent(found({ toJSON: () => ({ candidate: 'c' }) }));
    impolite.connection.dispatchEvent(found(null));
    expect(impolite.out).toEqual([
      { kind: 'candidate', candidate: { candidate: 'c' } },
      { kind: 'candidate', candidate: null },
    ]);
    await settle();
  });
});
