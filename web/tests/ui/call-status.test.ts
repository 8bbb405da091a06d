import type { CallsClient, CallSession, Condition, LocalMediaState, MediaState } from '@fayo/calls';
import { describe, expect, it } from 'vitest';
import { callStatusText, otherText, ownTexts } from '../../src/ui/call/screen/joined/call-status';

const client = { userId: 'alice', serverNow: () => Date.parse('2030-01-01T00:01:15Z') } as unknown as CallsClient;
const session = { initiatorId: 'alice', status: 'RINGING', answeredAt: null, startedAt: null } as unknown as CallSession;
const answered = { ...session, answeredAt: '2030-01-01T00:00:00Z' };
const active = { ...answered, status: 'ACTIVE', startedAt: '2030-01-01T00:00:00Z' } as CallSession;
const media = { connection: 'connecting', gone: false, remote: { muted: false } } as MediaState;
const on: Condition = { microphone: 'on', camera: 'on', media: 'entered' };

describe('the state of a call', () => {
  it.each<[string, CallSession, Partial<MediaState>, Condition | null]>([
    ['Calling …', { ...session, status: 'PENDING' }, {}, null],
    ['Ringing …', session, {}, null],
    ['Answering …', answered, { connection: 'waiting' }, null],
    ['Answering …', answered, { connection: 'connected' }, { ...on, microphone: 'opening' }],
    ['1:15', answered, { connection: 'connected' }, on],
    ['Waiting for the other side …', active, { connection: 'waiting' }, null],
    ['Connecting …', active, {}, on],
    ['1:15', active, { connection: 'connected' }, on],
    ['Reconnecting …', active, { connection: 'reconnecting' }, on],
    ['The other side has left; waiting for it …', active, { connection: 'reconnecting', gone: true }, on],
    ['No sound or picture comes through yet; still trying …', active, { connection: 'failed' }, on],
    ['The other side cannot get sound and picture', active, {}, { ...on, media: 'failed' }],
  ])('is said: %s', (words, call, change, other) => {
    expect(callStatusText(call, { ...media, ...change }, other, client)).toBe(words);
  });
});

describe('what the other side does not send', () => {
  it.each<[string | null, Partial<Condition>]>([
    [null, {}],
    ['Pat is being asked for the microphone', { microphone: 'opening' }],
    ['The microphone of Pat is taken by something else, such as a phone call', { microphone: 'interrupted' }],
    ['Pat has no microphone that can be used', { microphone: 'missing' }],
    ['The camera of Pat is taken by something else', { camera: 'interrupted' }],
    ['Pat cannot get sound and picture on that device', { media: 'failed' }],
  ])('is said: %s', (words, change) => {
    expect(otherText('Pat', { ...on, ...change }, { ...media, connection: 'connected' })).toBe(words);
  });

  it('is not said of somebody who has left', () => {
    expect(otherText('Pat', { ...on, microphone: 'interrupted' }, { ...media, connection: 'reconnecting', gone: true })).toBeNull();
  });

  it('is said of a mute also where an older page is on the other side', () => {
    const muted = { ...media, connection: 'connected', remote: { muted: true } } as MediaState;
    expect(otherText('Pat', null, muted)).toBe('Pat has muted the microphone');
    expect(otherText('Pat', { ...on, microphone: 'missing' }, muted)).toBe('Pat has no microphone that can be used');
  });
});

it('what this side does not send is said, and what has taken the place of what went away', () => {
  const local = { interrupted: ['camera'], replaced: { device: 'microphone', label: 'Headset' } } as unknown as LocalMediaState;
  expect(ownTexts(local)).toEqual([
    'The camera is taken by something else, such as a phone call; the other side is told.',
    'The microphone went away. Another one is used now: Headset.',
  ]);
});
