// npm's client of Socket.IO as it comes, in a process of its own: `node default-app.mjs ORIGIN TOKEN OPTIONS` prints what becomes of it.
// Its HTTP client may fail after it has been closed, which would end the process of a test.
import { io } from 'socket.io-client';

const [origin, token, options] = process.argv.slice(2);
const socket = io(`${origin}/ws/calls`, { auth: { token }, reconnection: false, ...JSON.parse(options) });

/** Prints the outcome and ends. */
function end(outcome) {
  process.stdout.write(JSON.stringify(outcome), () => process.exit(0));
}

socket.once('connected', () => end({ transport: socket.io.engine.transport.name }));
socket.once('connect_error', ({ message, context }) => end({ refused: message, status: context?.status, answer: context?.responseText }));
