// deploy/compose's nginx with TLS before the silos, and what clients see of the service through it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { findDebianProgram, read } from '../../support/deploy-tools.mjs';
import { claimPort } from '../../support/ports.mjs';
import { tokenFor } from '../../support/tokens.mjs';
import { eventually } from '../../support/wait.mjs';

const ASK_AGAIN_AFTER_MS = 200;
const ANSWER_WITHIN_MS = 5000;
const PATIENCE_MS = 90_000;
const NOT_NOW = [502, 503, 504];

export const nginx = findDebianProgram('nginx', 'nginx', 'usr/sbin/nginx');

export class Front {
  #folder;
  #child;
  #ports;
  #authority;

  /** What came of requests: how often each status or error. */
  outcomes = {};

  /** Answers with a status of 500 or more. */
  refusals = [];

  /** Starts nginx before the silos at these addresses; `certificate` is a folder with tls.crt and tls.key. */
  static async start(folder, certificate, authority, addresses) {
    const front = new Front();
    front.#folder = folder;
    front.#authority = readFileSync(authority);
    front.#ports = [await claimPort(), await claimPort()];
    mkdirSync(join(folder, 'logs'), { recursive: true });
    front.#configure(certificate, addresses);
    front.reconfigure = (newAddresses) => {
      front.#configure(certificate, newAddresses);
      front.#child.kill('SIGHUP');
    };
    front.#child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', nginx.path, '-p', folder, '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], { stdio: 'inherit' });
    await eventually('nginx answers', () => front.#send('GET', '/health/live', {}).then(() => true));
    return front;
  }

  get base() {
    return `https://localhost:${this.#ports[0]}`;
  }

  /** How SignalR's client trusts the test's authority. */
  get connectionOptions() {
    const ca = this.#authority;
    return { WebSocket: class extends WebSocket { constructor(url, protocols, options) { super(url, protocols, { ...options, ca }); } } };
  }

  /** Clients know one address only. */
  pick() {
    return this;
  }

  /** Asks until there is an answer that is neither "try again" nor silence. Returns its status and body. */
  async ask(userId, method, path, body, headers = {}) {
    const limit = Date.now() + PATIENCE_MS;
    for (;;) {
      const token = tokenFor(userId);
      const answer = await this.#send(method, `/api/v1${path}`, { authorization: `Bearer ${token}`, ...headers }, body).catch((error) => error);
      const kind = answer instanceof Error ? answer.code ?? answer.message : answer.status;
      if (answer.status >= 500) this.refusals.push(`${method} ${path}: ${answer.status}, Retry-After ${answer.headers['retry-after']}, ${answer.text}`);
      this.outcomes[kind] = (this.outcomes[kind] ?? 0) + 1;
      if (!(answer instanceof Error) && !NOT_NOW.includes(answer.status)) return { ...answer, body: JSON.parse(answer.text) };
      assert.ok(Date.now() < limit, `${method} ${path} is not answered for ${PATIENCE_MS} ms: ${kind}`);
      await pause(ASK_AGAIN_AFTER_MS);
    }
  }

  async close() {
    if (this.#child.exitCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exit;
  }

  #configure(certificate, addresses) {
    let text = read('deploy', 'compose', 'nginx.conf')
      .replaceAll(' /tmp/', ` ${this.#folder}/`)
      .replaceAll(' /certificate/', ` ${certificate}/`)
      .replace('listen 8443', `listen 127.0.0.1:${this.#ports[0]}`)
      .replace('listen 8080', `listen 127.0.0.1:${this.#ports[1]}`);
    addresses.forEach((address, i) => { text = text.replace(`silo-${i + 1}:3010`, address); });
    assert.doesNotMatch(text, /silo-\d:|[^\w]\/certificate\/|listen 8/, 'everything was replaced');
    // The workers of a master that runs as root must be able to read its folder.
    writeFileSync(join(this.#folder, 'nginx.conf'), `user root;\n${text}`);
  }

  /** One request on a connection of its own. */
  #send(method, path, headers, body) {
    const text = body === undefined ? '' : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(`${this.base}${path}`, {
        method, ca: this.#authority, agent: false, timeout: ANSWER_WITHIN_MS,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }) },
      }, async (response) => {
        try {
          let answer = '';
          response.setEncoding('utf8');
          for await (const chunk of response) answer += chunk;
          resolve({ status: response.statusCode, headers: response.headers, text: answer });
        } catch (error) {
          reject(error);
        }
      });
      sent.on('timeout', () => sent.destroy(new Error('timeout')));
      sent.on('error', reject);
      sent.end(text);
    });
  }
}
