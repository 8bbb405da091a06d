import type { PageMessage, WorkerMessage } from '../worker/messages';

const answerWithinMs = 3_000;
const readyWithinMs = 10_000;

/** The registration of this page's worker, once it is active; null if there is none, as in private windows of some browsers. */
export async function workerRegistration(): Promise<ServiceWorkerRegistration | null> {
  if (!('serviceWorker' in navigator)) {
    return null;
  }

  const late = new Promise<null>(resolve => setTimeout(() => resolve(null), readyWithinMs));
  return Promise.race([navigator.serviceWorker.ready, late]);
}

/** Tells the worker something and returns its answer; null if there is no worker, or an older one that does not understand. */
export async function tellWorker(message: PageMessage): Promise<unknown> {
  const worker = (await workerRegistration())?.active ?? null;
  if (worker === null) {
    return null;
  }

  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    const finish = (answer: unknown): void => {
      port1.close();
      resolve(answer);
    };
    port1.onmessage = event => finish(event.data);
    setTimeout(() => finish(null), answerWithinMs);
    worker.postMessage(message, [port2]);
  });
}

/** Calls `listener` with what the worker tells this page, and with a way to answer. Returns what ends that. */
export function listenToWorker(listener: (message: WorkerMessage, answer: (value: unknown) => void) => void): () => void {
  if (!('serviceWorker' in navigator)) {
    return () => undefined;
  }

  const receive = (event: MessageEvent): void => listener(event.data as WorkerMessage, value => event.ports[0]?.postMessage(value));
  navigator.serviceWorker.addEventListener('message', receive);
  navigator.serviceWorker.startMessages();
  return () => navigator.serviceWorker.removeEventListener('message', receive);
}
