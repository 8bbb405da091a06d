// One user's way to the REST interface.
import { tokenFor } from './tokens.mjs';
import { PATIENCE_MS } from './wait.mjs';

export class Rest {
  constructor(base, token) {
    this.base = base;
    this.token = token;
  }

  static as(service, userId, claims) {
    return new Rest(service.base, tokenFor(userId, claims));
  }

  get = (path, headers) => this.send('GET', path, undefined, headers);
  post = (path, body, headers) => this.send('POST', path, body, headers);
  patch = (path, body, headers) => this.send('PATCH', path, body, headers);

  /** A body that is a string or a buffer goes out as it is, anything else as JSON. */
  async send(method, path, body, headers = {}) {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${this.base}/api/v1${path}`, {
      method,
      body: body === undefined || raw ? body : JSON.stringify(body),
      headers: {
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, headers: response.headers, text, body: type.includes('json') ? JSON.parse(text) : undefined };
  }

  /** Calls somebody; the answer has to be 201. */
  async call(recipientId, body = {}) {
    const answer = await this.post('/calls/session', { recipientId, ...body });
    if (answer.status !== 201) throw new Error(`The call was refused: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  answer(id, body = {}) {
    return this.post(`/calls/session/${id}/token`, body);
  }

  status(id, status, reason) {
    return this.patch(`/calls/session/${id}/status`, reason === undefined ? { status } : { status, reason });
  }

  session(id) {
    return this.get(`/calls/session/${id}`);
  }

  timeline(id) {
    return this.get(`/calls/session/${id}/timeline`);
  }
}
