// The peer of `./fayo bench --compare`: the calls of the service's wire contract as one would write them in one Node.js process. Fastify
// for REST, socket.io for pushes, pg for storage with a commit per change, jsonwebtoken for the JWTs, agora-token for the credentials. It
// has no arbitration, no receipts and no timeline.
//
// From the environment: HOST, PORT, DATABASE_URL, JWT_SECRET, AGORA_APP_ID and AGORA_APP_CERTIFICATE, as the service takes them.
import { createSecretKey, randomUUID } from 'node:crypto';
import agora from 'agora-token';
import Fastify from 'fastify';
import jwt from 'jsonwebtoken';
import pg from 'pg';
import { Server } from 'socket.io';

const { HOST, PORT, DATABASE_URL, JWT_SECRET, AGORA_APP_ID, AGORA_APP_CERTIFICATE } = process.env;

const CREDENTIAL_SECONDS = 3600;
const RING_MS = 60_000;
const DATABASE_CONNECTIONS = 40;
const STATUSES = ['RINGING', 'ACTIVE', 'COMPLETED', 'DECLINED', 'MISSED', 'CANCELLED', 'FAILED'];

// --- storage: a reply means that the row is on disk ---

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: DATABASE_CONNECTIONS, options: '-c synchronous_commit=on' });

const TABLES = `
  CREATE SCHEMA IF NOT EXISTS peer;
  CREATE TABLE peer.sessions (
    id text PRIMARY KEY, channel_name text NOT NULL UNIQUE, call_type text NOT NULL,
    initiator_id text NOT NULL, recipient_id text NOT NULL, status text NOT NULL DEFAULT 'PENDING',
    expires_at timestamptz NOT NULL, started_at timestamptz, ended_at timestamptz, metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX ON peer.sessions (initiator_id);
  CREATE INDEX ON peer.sessions (recipient_id)`;

const SESSION = `id, channel_name AS "channelName", call_type AS "callType", initiator_id AS "initiatorId",
  recipient_id AS "recipientId", status, expires_at AS "expiresAt", started_at AS "startedAt",
  ended_at AS "endedAt", metadata, created_at AS "createdAt", updated_at AS "updatedAt"`;

const STATEMENTS = {
  create: `INSERT INTO peer.sessions (id, channel_name, call_type, initiator_id, recipient_id, expires_at, metadata)
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${SESSION}`,
  ring: `UPDATE peer.sessions SET status = 'RINGING', updated_at = now()
    WHERE id = $1 AND $2 IN (initiator_id, recipient_id) AND status = 'PENDING' AND expires_at > now() RETURNING ${SESSION}`,
  change: `UPDATE peer.sessions SET status = $3::text, updated_at = now(),
      started_at = CASE WHEN $3::text = 'ACTIVE' THEN coalesce(started_at, now()) ELSE started_at END,
      ended_at = CASE WHEN $3::text IN ('RINGING', 'ACTIVE') THEN NULL ELSE now() END
    WHERE id = $1 AND $2 IN (initiator_id, recipient_id) AND ended_at IS NULL RETURNING ${SESSION}`,
  read: `SELECT ${SESSION} FROM peer.sessions WHERE id = $1`,
};

/** The session that a statement returns. A statement with a name is parsed once per connection. */
async function run(name, values) {
  const { rows: [session] } = await pool.query({ name, text: STATEMENTS[name], values });
  return session;
}

const failure = (statusCode, message) => Object.assign(new Error(message), { statusCode });

async function readFor(userId, id) {
  const session = await run('read', [id]);
  if (!session) throw failure(404, 'There is no such call.');
  if (userId !== session.initiatorId && userId !== session.recipientId) throw failure(403, 'This is a call of other users.');
  return session;
}

// --- who asks, and what lets a participant into the media channel ---

// Given a text, jsonwebtoken tries with every call to read it as a public key, which costs more than everything else in a request.
const key = createSecretKey(Buffer.from(JWT_SECRET));
const userOf = (token) => jwt.verify(token, key, { algorithms: ['HS256'] }).sub;
const bearer = (header) => (header?.startsWith('Bearer ') ? header.slice('Bearer '.length) : '');

function credential({ channelName }, userId, role) {
  const agoraRole = role === 'HOST' ? agora.RtcRole.PUBLISHER : agora.RtcRole.SUBSCRIBER;
  const token = agora.RtcTokenBuilder.buildTokenWithUserAccount(
    AGORA_APP_ID, AGORA_APP_CERTIFICATE, channelName, userId, agoraRole, CREDENTIAL_SECONDS, CREDENTIAL_SECONDS);
  return { appId: AGORA_APP_ID, token, channelName, rtcUserId: userId, role, expiresAt: new Date(Date.now() + CREDENTIAL_SECONDS * 1000) };
}

// --- pushes ---

const app = Fastify({ logger: false });
const io = new Server(app.server, { serveClient: false });
const hub = io.of('/ws/calls');

hub.use((socket, next) => {
  try {
    socket.data.userId = userOf(socket.handshake.auth.token ?? bearer(socket.handshake.headers.authorization));
    next();
  } catch {
    next(new Error('unauthorized'));
  }
});

hub.on('connection', (socket) => {
  const { userId } = socket.data;
  socket.join(`user:${userId}`);
  socket.emit('connected', { userId });
  socket.on('join_call', async ({ sessionId } = {}) => {
    try {
      const { id } = await readFor(userId, sessionId);
      socket.join(`call:${id}`);
      socket.emit('call_joined', { sessionId: id });
    } catch ({ message }) {
      socket.emit('call_error', { message });
    }
  });
});

// --- REST ---

const text = { type: 'string', minLength: 1, maxLength: 255 };
const body = (required, properties) => ({ schema: { body: { type: 'object', required, properties } } });
const createBody = body(['recipientId', 'callType'],
  { recipientId: text, callType: { enum: ['VIDEO', 'VOICE'] }, metadata: { type: 'object' } });
const tokenBody = body(['role'], { role: { enum: ['HOST', 'AUDIENCE'] } });
const statusBody = body(['status'], { status: { enum: STATUSES } });

app.get('/health/ready', () => 'ready');

app.register(async (api) => {
  api.decorateRequest('userId', null);
  api.addHook('onRequest', async (request) => {
    try {
      request.userId = userOf(bearer(request.headers.authorization));
    } catch {
      throw failure(401, 'A valid token is needed.');
    }
  });

  api.post('/session', createBody, async ({ userId, body: { recipientId, callType, metadata = null } }, reply) => {
    if (recipientId === userId) throw failure(400, 'Nobody can call themselves.');
    const id = randomUUID();
    const session = await run('create', [id, `call_${id}`, callType, userId, recipientId, new Date(Date.now() + RING_MS), metadata]);
    hub.to(`user:${recipientId}`).emit('call_invitation', session);
    reply.code(201);
    return { message: 'Call session created', session, credential: credential(session, userId, 'HOST') };
  });

  api.post('/session/:id/token', tokenBody, async ({ userId, params: { id }, body: { role } }, reply) => {
    const session = await run('ring', [id, userId]) ?? await readFor(userId, id);
    if (session.endedAt || session.status === 'PENDING') throw failure(410, 'The call has ended.');
    reply.code(201);
    return { message: 'Token issued', session, credential: credential(session, userId, role) };
  });

  api.patch('/session/:id/status', statusBody, async ({ userId, params: { id }, body: { status } }) => {
    const session = await run('change', [id, userId, status]);
    if (!session) {
      await readFor(userId, id);
      throw failure(409, 'The call has ended.');
    }
    hub.to(`call:${id}`).emit('call_status', session);
    return { message: 'Call session updated', session };
  });
}, { prefix: '/api/v1/calls' });

try {
  await pool.query(TABLES);
  await app.listen({ host: HOST, port: Number(PORT) });
} catch ({ message }) {
  console.error(message);
  process.exit(1);
}
