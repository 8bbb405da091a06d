// A push service: a real HTTP/2 server over TLS. It takes Web Push as a browser's would, decrypting it as the browser does, and stands in for Firebase's
// and Apple's as well. What it answers is up to the test.
import { createECDH, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants, createSecureServer } from 'node:http2';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import ece from 'http_ece';
import jwt from 'jsonwebtoken';
import { Authority } from './certificates.mjs';
import { eventually } from './wait.mjs';

const fromBase64 = (text) => Buffer.from(text, 'base64url');

/** A public key of P-256 as bytes, as what node:crypto verifies with. */
const publicKey = (bytes) => createPublicKey({
  format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: bytes.subarray(1, 33).toString('base64url'), y: bytes.subarray(33).toString('base64url') },
});

/** Where pushes of one device go: every request to its path, and what it answers, one after another; the last answer is given for ever. */
class Target {
  requests = [];
  answers = [{ status: 201 }];

  /** The first request, now or later, for which `matches` holds. */
  arrived(what, matches = () => true) {
    return eventually(`${what}; so far: ${JSON.stringify(this.requests.map(({ payload }) => payload ?? null))}`, () => this.requests.find(matches));
  }

  ring = () => this.arrived('a ring arrives', ({ payload }) => payload?.type === 'ring');
  over = () => this.arrived('the end of a ring arrives', ({ payload }) => payload?.type === 'over');
  of = (type) => this.requests.filter(({ payload }) => payload?.type === type);
}

/** A browser's subscription, with the keys that decrypt. */
class Browser extends Target {
  #ecdh = createECDH('prime256v1');
  #auth = randomBytes(16);

  constructor(endpoint) {
    super();
    this.#ecdh.generateKeys();
    this.subscription = {
      endpoint, expirationTime: null, keys: { p256dh: this.#ecdh.getPublicKey('base64url'), auth: this.#auth.toString('base64url') },
    };
    this.registration = { platform: 'web', subscription: this.subscription };
  }

  /** What the push says, and who has signed it, as a push service and then the browser verify it. */
  read({ headers, body }) {
    const [, token, key] = /^vapid t=([^,]+), k=(\S+)$/.exec(headers.authorization);
    const claims = jwt.verify(token, publicKey(fromBase64(key)), { algorithms: ['ES256'], audience: new URL(this.subscription.endpoint).origin });
    const text = ece.decrypt(body, { version: 'aes128gcm', privateKey: this.#ecdh, authSecret: this.#auth.toString('base64url') });
    return { vapid: { key, claims }, payload: JSON.parse(text) };
  }
}

/** An app of Firebase's or Apple's. */
class App extends Target {
  constructor(platform, token, read) {
    super();
    this.token = token;
    this.registration = { platform, token };
    this.read = read;
  }
}

export class PushReceiver {
  #server;
  #targets = new Map();
  #open = new Set();
  accessTokens = [];

  static async start() {
    const receiver = new PushReceiver();
    receiver.authority = new Authority();
    const certificate = receiver.authority.issue({ uses: 'serverAuth' });
    receiver.#server = createSecureServer({ allowHTTP1: true, key: readFileSync(path.join(certificate, 'tls.key')), cert: readFileSync(path.join(certificate, 'tls.crt')) });
    receiver.#server.on('session', (session) => {
      receiver.#open.add(session);
      session.on('close', () => receiver.#open.delete(session));
      session.on('error', () => {});
    });
    receiver.#server.on('stream', (stream, headers) => void receiver.#take(stream, headers));
    // Google's library gets its access tokens over HTTP/1.1; pushes come over HTTP/2 alone.
    receiver.#server.on('request', (request, response) => {
      if (request.httpVersionMajor === 1) void receiver.#giveAccessToken(request, response);
    });
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    receiver.base = `https://127.0.0.1:${receiver.#server.address().port}`;
    return receiver;
  }

  /** What the service needs to trust this receiver, in the place of the machine's own authorities. */
  get trust() {
    return { SSL_CERT_FILE: this.authority.file('ca.crt') };
  }

  browser() {
    const name = `/push/${randomBytes(8).toString('hex')}`;
    return this.#add(name, new Browser(`${this.base}${name}`));
  }

  /** An app that Firebase reaches. */
  fcm() {
    const token = `fcm:${randomBytes(12).toString('hex')}`;
    return this.#add(token, new App('fcm', token, ({ body }) => ({ payload: JSON.parse(body).message.data, message: JSON.parse(body).message })));
  }

  /** An app that Apple reaches. */
  apns() {
    const token = randomBytes(32).toString('hex');
    return this.#add(`/3/device/${token}`, new App('apns-voip', token, ({ body }) => ({ payload: JSON.parse(body) })));
  }

  /** The file of a service account that gets its access tokens here. */
  serviceAccount() {
    const { publicKey: key, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.accountKey = key;
    return {
      type: 'service_account', project_id: 'fayo-test', client_email: 'push@fayo-test.example', token_uri: `${this.base}/token`,
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    };
  }

  async stop() {
    for (const session of this.#open) session.destroy();
    await new Promise((resolve) => { this.#server.close(resolve); });
    this.authority.remove();
  }

  #add(name, target) {
    this.#targets.set(name, target);
    return target;
  }

  async #take(stream, headers) {
    stream.on('error', () => {});
    const body = await buffer(stream).catch(() => undefined);
    // The connection was closed meanwhile.
    if (body === undefined) return undefined;
    const isFcm = headers[':path'].endsWith('/messages:send');
    const target = this.#targets.get(isFcm ? JSON.parse(body).message.token : headers[':path']);
    if (!target) return stream.respond({ ':status': 404 }, { endStream: true });
    const request = { at: Date.now(), headers, body };
    Object.assign(request, target.read(request));
    target.requests.push(request);
    const answer = target.answers.length > 1 ? target.answers.shift() : target.answers[0];
    if (answer.hangs) return undefined;
    if (answer.resets) return stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    if (answer.disconnects) return stream.session.destroy();
    stream.respond({ ':status': answer.status, ...answer.headers });
    return stream.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  async #giveAccessToken(request, response) {
    const body = await buffer(request);
    if (request.url !== '/token') return response.writeHead(505).end();
    const assertion = new URLSearchParams(body.toString()).get('assertion');
    const token = `access-${this.accessTokens.length + 1}`;
    this.accessTokens.push({ token, claims: jwt.verify(assertion, this.accountKey, { algorithms: ['RS256'] }) });
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ access_token: token, expires_in: 3600, token_type: 'Bearer' }));
  }
}
