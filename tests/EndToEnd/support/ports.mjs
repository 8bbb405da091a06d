// Free ports below the range from which the kernel takes those of outgoing connections, so that a service that was killed
// finds its port free when it starts again.
import { createServer } from 'node:net';

const FIRST = 16_000;
const LAST = 32_000;

export async function freePort() {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) return port;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
