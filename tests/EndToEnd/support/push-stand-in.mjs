// The routes of push as the service is to have them, until it does. In memory.
import { readFileSync } from 'node:fs';
export class PushStandIn {
  devices = new Map();
  pushed = [];
  isOn = true;
  onPush = () => {};
  #rest;
  constructor(rest) { this.#rest = rest; }
  answer = (incoming, outgoing) => {
    const path = incoming.url.replace(/^.*\/api\/v1/, '');
    if (!/^\/(push|me\/devices)/.test(path)) return false;
    let text = '';
    incoming.on('data', (chunk) => { text += chunk; });
    incoming.on('end', async () => {
      const { status, body } = await this.#reply(incoming, path, text ? JSON.parse(text) : {});
      outgoing.writeHead(status, { 'content-type': 'application/json' });
      outgoing.end(status === 204 ? undefined : JSON.stringify(body));
    });
    return true;
  };
  async #reply({ method }, path, body) {
    if (path === '/push/key') return this.isOn ? { status: 200, body: { key: 'BKey' } } : { status: 404, body: { code: 'push_off' } };
    if (path.startsWith('/push/')) {
      const [callId, userId] = (body.credential ?? '').split('|');
      if (!userId) return { status: 401, body: { code: 'unauthorized' } };
      const rest = this.#rest(userId);
      const session = (await rest.session(callId)).body;
      const remainingMs = Date.parse(session.ringDeadline) - Date.now();
      const isRinging = ['PENDING', 'RINGING'].includes(session.status) && session.answeredAt === null && remainingMs > 0;
      const outcome = isRinging ? undefined : session.answeredAt ? 'answered_elsewhere' : session.endReason === 'declined' ? 'ended' : 'missed';
      if (path === '/push/call') return { status: 200, body: { callId, isRinging, remainingMs: isRinging ? remainingMs : 0, initiatorName: session.initiatorName, outcome } };
      if (!isRinging && session.endReason !== 'declined') return { status: 410, body: { code: 'call_ended', outcome } };
      await rest.status(callId, 'CANCELLED');
      return { status: 204 };
    }
    const id = path.split('/')[3];
    if (method === 'PUT') { this.devices.set(id, body); return { status: 200, body: { deviceId: id, platform: body.platform, registeredAt: new Date().toISOString() } }; }
    if (method === 'DELETE') { this.devices.delete(id); return { status: 204 }; }
    if (path.endsWith('/test')) { this.onPush({ type: 'test' }); return { status: 202, body: {} }; }
    return { status: 200, body: { devices: [...this.devices.keys()] } };
  }
}
