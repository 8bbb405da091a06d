// What a proxy in front of the service declares of the browser's request, and who is believed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rawRequest, upgrade } from '../support/raw.mjs';
import { assertProblem } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

const stage = Stage.forThisFile({ Calls__OrleansDashboard: 'True' });

const hub = () => `/ws/calls?access_token=${tokenFor(newUser())}`;

async function assertAccepted(service, headers) {
  const { socket, status } = await upgrade(service, hub(), headers);
  assert.ok(socket, `${JSON.stringify(headers)}: ${status}`);
  socket.close();
}

/** Asks for a negotiation, whose refusal says why. */
const negotiate = (service, headers) =>
  rawRequest(service, 'POST', '/ws/calls/negotiate?negotiateVersion=1', { authorization: `Bearer ${tokenFor(newUser())}`, 'content-length': '0', ...headers });

describe('a proxy on this machine is believed', () => {
  test('about host, scheme and port', async () => {
    for (const headers of [
      { origin: 'https://calls.example.com', host: 'inner', 'x-forwarded-host': 'calls.example.com', 'x-forwarded-proto': 'https' },
      { origin: 'https://calls.example.com:8443', host: 'inner', 'x-forwarded-host': 'calls.example.com', 'x-forwarded-proto': 'https', 'x-forwarded-port': '8443' },
      { origin: 'https://calls.example.com', host: 'inner', 'x-forwarded-host': 'calls.example.com', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
      { origin: 'http://calls.example.com:8080', host: 'calls.example.com', 'x-forwarded-port': '8080' },
    ]) await assertAccepted(stage.service, headers);
    for (const port of ['abc', '-1', '0', '65536', '']) {
      const answer = await negotiate(stage.service, { origin: 'https://calls.example.com:8443', 'x-forwarded-host': 'calls.example.com', 'x-forwarded-proto': 'https', 'x-forwarded-port': port });
      assertProblem(answer, 403, 'forbidden');
    }
  });

  test('about a prefix of the path, which the cookie of the dashboard has too', async () => {
    const bearer = { authorization: `Bearer ${tokenFor(newUser('staff'), { role: 'ADMIN' })}`, 'content-length': '0' };
    const begun = await rawRequest(stage.service, 'POST', '/orleans/session', { ...bearer, 'x-forwarded-prefix': '/fayo', 'x-forwarded-proto': 'https' });
    assert.equal(begun.status, 204);
    assert.match(String(begun.headers['set-cookie'] ?? begun.headers.get?.('set-cookie')), /path=\/fayo\/orleans/i);
  });
});

test('a refused origin is told what it was compared with, in the answer and in the log', async () => {
  const answer = await negotiate(stage.service, { origin: 'https://evil.example', host: 'calls.example.com' });
  assertProblem(answer, 403, 'forbidden');
  for (const part of ['https://evil.example', 'http://calls.example.com', 'WS_ALLOWED_ORIGINS']) {
    assert.ok(answer.body.detail.includes(part), answer.body.detail);
    await eventually(`the log has ${part}`, () => stage.service.log.includes(part));
  }
});

test('a proxy that is not trusted is not believed', async () => {
  for (const trusted of ['none', '192.0.2.0/24, 198.51.100.7']) {
    const service = await stage.startService({ Calls__TrustedProxies: trusted });
    const claims = { host: 'calls.example.com', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '8443', 'x-forwarded-for': '192.0.2.1' };
    assertProblem(await negotiate(service, { ...claims, origin: 'https://evil.example' }), 403, 'forbidden');
    assertProblem(await negotiate(service, { ...claims, origin: 'https://evil.example:8443' }), 403, 'forbidden');
    await assertAccepted(service, { ...claims, origin: 'http://calls.example.com' });
  }
});
