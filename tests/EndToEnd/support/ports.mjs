// Ports for services, below the range from which the kernel takes those of outgoing connections. Each is claimed for as long as
// this process lives, so that no other test process of this machine takes it, not even while its service is down. No port is
// probed: whether a program that knows nothing of claims is there, the service finds out when it starts (service.mjs).
import { createServer } from 'node:net';

const FIRST = 16_000;
const LAST = 32_000;

/** A port that no other test process has. */
export async function claimPort() {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await claim(port)) return port;
  }
}

/** The two ports of a service, as its settings. */
export async function claimServicePorts() {
  const [PORT, Calls__SiloPort] = await Promise.all([claimPort(), claimPort()]);
  return { PORT: String(PORT), Calls__SiloPort: String(Calls__SiloPort) };
}

// A claim is a socket with a name in Linux' abstract namespace: only one process can have it, and it goes with the process.
function claim(port) {
  return new Promise((resolve) => {
    const holder = createServer();
    holder.once('error', () => resolve(false));
    holder.listen(`\0fayo-calls-test-port-${port}`, () => {
      holder.unref();
      resolve(true);
    });
  });
}
