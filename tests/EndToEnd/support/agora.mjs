// Looks into Agora tokens with the parser of npm's agora-token, which is Agora's own.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { APP_CERTIFICATE, APP_ID } from './service.mjs';

const { AccessToken2 } = createRequire(import.meta.url)('agora-token/src/AccessToken2.js');

const RTC = 1;
const JOIN = 1;
const PUBLISH = [2, 3, 4]; // sound, picture, data

/** The credential's token lets this user into this channel, to speak and to listen, for `seconds`. */
export function assertOpensChannel(credential, { channelName, userId, seconds = 3600 }) {
  const token = new AccessToken2('', '', 0, 0);
  assert.ok(token.from_string(credential.token), 'agora-token can read it');
  assert.ok(token.verifySignature(APP_CERTIFICATE), 'signed with the project\'s certificate');
  assert.equal(token.appId.toString(), APP_ID);
  assert.equal(token.expire, seconds, 'its life time is relative');
  assert.ok(Math.abs(token.issueTs - Date.now() / 1000) < 60, 'issued now');
  const [service, ...others] = token.getServices(RTC);
  assert.equal(others.length, 0);
  assert.equal(service.__channel_name.toString(), channelName);
  assert.equal(service.__uid.toString(), userId);
  for (const privilege of [JOIN, ...PUBLISH]) {
    assert.equal(service.__privileges[privilege], seconds, `privilege ${privilege}`);
  }
  assert.equal(credential.appId, APP_ID);
  assert.equal(credential.channelName, channelName);
  assert.equal(credential.rtcUserId, userId);
  assert.equal(credential.expiresIn, seconds);
  assert.ok(Math.abs(Date.parse(credential.expiresAt) - Date.now() - seconds * 1000) < 60_000);
}
