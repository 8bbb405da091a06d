// A ticket opens one WebSocket in place of the JWT, so that no JWT is in an address, nor in the log of a proxy.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { shakeHands, upgrade } from '../support/raw.mjs';
import { assertProblem } from '../support/shapes.mjs';
import { onOneSiloAndOnThree } from '../support/stage.mjs';
import { Rest } from '../support/rest.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';

onOneSiloAndOnThree({}, (stage) => {
  const ticketFor = async (rest) => {
    const { status, body } = await rest.post('/ticket');
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ['ticket', 'expiresIn']);
    assert.equal(body.expiresIn, 30);
    return body.ticket;
  };
  const open = (ticket, path = '/ws/calls') => upgrade(stage.service, `${path}?access_token=${ticket}`);

  test('a ticket opens one connection of its user, at whichever silo, and no second one', async () => {
    const user = newUser();
    const ticket = await ticketFor(stage.rest(user));
    const attempts = await Promise.all(Array.from({ length: 6 }, () => open(ticket)));
    const opened = attempts.filter(({ socket }) => socket);
    assert.equal(opened.length, 1);
    for (const { status, socket, body } of attempts) {
      if (socket) continue;
      assert.equal(status, 401);
      assert.match(JSON.parse(body).detail, /ticket has been used, or has expired/);
      assert.ok(!body.includes(ticket));
    }
    const [{ socket }] = opened;
    const messages = [];
    socket.on('message', (data) => messages.push(data.toString()));
    shakeHands(socket);
    while (!messages.join('').includes('"connected"')) await once(socket, 'message');
    assert.ok(messages.join('').includes(`"userId":"${user}"`));
    socket.close();
  });

  test('a ticket has the rights of its token', async () => {
    const patient = await open(await ticketFor(stage.rest(newUser(), { role: 'PATIENT' })), '/ws/monitor');
    assert.equal(patient.status, 403);
    const staff = await open(await ticketFor(stage.rest(newUser(), { role: 'ADMIN' })), '/ws/monitor');
    assert.ok(staff.socket);
    staff.socket.close();
  });

  test('the connection is closed when the token of its ticket expires', async () => {
    const user = newUser();
    // Ten seconds are allowed for between the clocks of issuer and service.
    const token = tokenFor(user, { exp: Math.floor(Date.now() / 1000) + 3 });
    const { socket } = await open(await ticketFor(new Rest(stage.service.base, token)));
    const closed = once(socket, 'close');
    shakeHands(socket);
    await closed;
  });

  test('a ticket is neither a bearer token nor good for the negotiation, which would use it up', async () => {
    const ticket = await ticketFor(stage.rest(newUser()));
    assertProblem(await new Rest(stage.service.base, ticket).get('/me'), 401, 'unauthorized');
    const negotiation = await fetch(`${stage.service.base}/ws/calls/negotiate?negotiateVersion=1&access_token=${ticket}`, { method: 'POST' });
    assert.equal(negotiation.status, 401);
    const { socket } = await open(ticket);
    assert.ok(socket);
    socket.close();
    for (const other of [ticket.replace(/.$/, 'x'), ticket.slice(0, -1), 'ticket_']) assert.equal((await open(other)).status, 401);
  });
}, { isShared: true });
