// The shapes of the wire contract, to the key.
import assert from 'node:assert/strict';

const SESSION_KEYS = [
  'id', 'channelName', 'callType', 'initiatorId', 'initiatorName', 'initiatorRole', 'recipientId', 'status', 'expiresAt', 'startedAt', 'endedAt', 'metadata',
  'createdAt', 'updatedAt', 'version', 'ringDeadline', 'answeredAt', 'endReason', 'endedBy',
];
const CREDENTIAL_KEYS = ['provider', 'appId', 'token', 'channelName', 'rtcUserId', 'role', 'expiresIn', 'expiresAt', 'iceServers'];
const TIMELINE_KEYS = ['version', 'at', 'kind', 'by', 'status'];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const STATUSES = ['PENDING', 'RINGING', 'ACTIVE', 'COMPLETED', 'CANCELLED', 'EXPIRED'];

function assertKeys(object, keys, what) {
  assert.deepEqual(Object.keys(object).sort(), [...keys].sort(), `the keys of ${what}`);
}

export function assertTime(value, what) {
  assert.match(value, TIME, `${what} is ISO 8601 in UTC with milliseconds`);
}

export function assertSession(session, { more = [] } = {}) {
  assertKeys(session, [...SESSION_KEYS, ...more], 'a session');
  assert.match(session.id, /^call_[0-9a-f]{32}$/);
  assert.ok(STATUSES.includes(session.status), session.status);
  assert.ok(['VIDEO', 'VOICE'].includes(session.callType), session.callType);
  assert.ok(Number.isInteger(session.version) && session.version >= 1);
  for (const name of ['createdAt', 'updatedAt', 'expiresAt']) assertTime(session[name], name);
  for (const name of ['startedAt', 'endedAt', 'ringDeadline', 'answeredAt']) {
    if (session[name] !== null) assertTime(session[name], name);
  }
  assert.ok(Buffer.byteLength(session.channelName) <= 63);
}

export function assertInvitation(invitation) {
  assertSession(invitation, { more: ['remainingMs'] });
  assert.ok(Number.isInteger(invitation.remainingMs) && invitation.remainingMs > 0, `remainingMs ${invitation.remainingMs}`);
}

export function assertCredential(credential) {
  assertKeys(credential, CREDENTIAL_KEYS, 'a credential');
  assertTime(credential.expiresAt, 'expiresAt');
  assert.ok(Number.isInteger(credential.expiresIn));
  assert.ok(['agora', 'p2p'].includes(credential.provider), credential.provider);
  assert.equal(credential.appId === null, credential.provider === 'p2p');
  assert.equal(credential.token === null, credential.provider === 'p2p');
  assert.equal(Array.isArray(credential.iceServers), credential.provider === 'p2p');
}

export function assertTimeline(entries) {
  entries.forEach((entry, i) => {
    for (const key of TIMELINE_KEYS) assert.ok(key in entry, `a timeline entry has ${key}`);
    assert.equal(entry.version, i + 1, 'the version grows by one per entry');
    assertTime(entry.at, 'at');
  });
}

/** problem+json as the contract has it. */
export function assertProblem(answer, status, code) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const { type, title, detail, message } = answer.body;
  assert.equal(answer.body.status, status);
  if (code !== undefined) assert.equal(answer.body.code, code, answer.text);
  for (const text of [type, title, detail, answer.body.code]) assert.ok(typeof text === 'string' && text.length > 0, answer.text);
  assert.equal(message, detail, 'old clients print message');
  assert.doesNotMatch(answer.text, /\bat [\w.]+\(|Exception|StackTrace|\.cs:line/, 'no stack trace');
}
