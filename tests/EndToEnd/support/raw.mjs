// Requests and connections that no well-behaved client would make.
import { once } from 'node:events';
import { request } from 'node:http';
import WebSocket from 'ws';

/** A request with exactly these headers; `chunks` are written one after another. */
export async function rawRequest(service, method, path, headers, chunks = []) {
  const { hostname, port } = new URL(service.base);
  const sent = request({ hostname, port, method, path, headers, agent: false });
  const answered = once(sent, 'response');
  sent.on('error', () => {}); // a refusal may come before the body is through; what counts is the answer
  for (const chunk of chunks) sent.write(chunk);
  sent.end();
  const [response] = await answered;
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) text += chunk;
  const type = response.headers['content-type'] ?? '';
  return { status: response.statusCode, headers: new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)])), text, body: type.includes('json') ? JSON.parse(text) : undefined };
}

/** Tries to open a WebSocket: `{ socket }` if it was upgraded, `{ status, body }` if it was refused before. `take` gets every message, from the first on. */
export function upgrade(service, path, headers = {}, take = () => {}) {
  const socket = new WebSocket(service.base.replace('http', 'ws') + path, { headers, perMessageDeflate: false });
  socket.on('message', take);
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ socket }));
    socket.once('unexpected-response', (sent, response) => {
      let body = '';
      const { socket: refused } = sent;
      // The service may close the connection as soon as it has answered.
      response.on('error', reject);
      response.on('data', (chunk) => { body += chunk; });
      response.on('end', () => {
        // Nothing listens to the connection any more, and it must not be there when the service breaks it.
        refused.destroy();
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    });
    socket.on('error', reject);
  });
}

const RECORD_END = '\x1e';

/** Says what a hub waits for before it takes a WebSocket for a connection. */
export const shakeHands = (socket) => socket.send(`{"protocol":"json","version":1}${RECORD_END}`);

/** A hub connection below the SignalR client: the handshake is made, and records are sent, and read into `received`, as they are. */
export async function rawHub(service, token, query = '', path = '/ws/calls') {
  const { socket, status } = await upgrade(service, `${path}?access_token=${token}${query}`);
  if (!socket) throw new Error(`The hub refused with ${status}.`);
  const received = [];
  socket.on('message', (data) => received.push(...data.toString().split(RECORD_END).filter(Boolean).map((record) => JSON.parse(record))));
  const handshake = once(socket, 'message');
  shakeHands(socket);
  await handshake;
  const closed = new Promise((resolve) => socket.once('close', (code) => resolve(code)));
  return { socket, closed, received, send: (record) => socket.send(record + RECORD_END) };
}

/** SignalR's negotiation, without opening the connection that it is for. */
export async function negotiate(service, token, version = 1) {
  const answer = await fetch(`${service.base}/ws/calls/negotiate?negotiateVersion=${version}`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  if (answer.status !== 200) throw new Error(`The negotiation was answered with ${answer.status}.`);
  return answer.json();
}
