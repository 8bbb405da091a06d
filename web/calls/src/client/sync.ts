import type { Observable } from '../common/observable.ts';
import { CallError } from '../service/errors.ts';
import type { Hub } from '../service/hub.ts';
import type { CallsRest } from '../service/rest.ts';
import type { CallSession, Sync } from '../service/types.ts';
import type { ClientState } from './client-state.ts';
import { forgetCall, recallCall } from './remembered-call.ts';
import type { CallStore } from './store.ts';
import type { UnsentEnds } from './unsent-ends.ts';

const timeoutMs = 8_000;

interface Options {
  readonly hub: Hub;
  readonly rest: CallsRest;
  readonly state: Observable<ClientState>;
  readonly store: CallStore;
  readonly ends: UnsentEnds;
  readonly device: string;
  readonly acknowledge: (id: string) => void;
  readonly rejoin: (session: CallSession, camera: boolean, device: string | null) => Promise<void>;
}

/** Keeps what this page knows the same as what the service knows: after each new connection, a sleep, or a reload. */
export class CallSync {
  /** The service's clock less this page's own, in milliseconds. */
  clockOffsetMs = 0;
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** @throws {CallError} The service has not answered; the connection is of no use. */
  async run(): Promise<void> {
    const { hub, rest, state, store, ends, acknowledge } = this.#options;
    const isNew = hub.state.getSnapshot() === 'connecting';
    void ends.tellAll();
    const everything = await requestSync(hub);
    if (isNew) {
      state.update({ signedOut: false });
    }

    this.clockOffsetMs = Date.parse(everything.serverTime) - performance.now();
    const unsure = store.sync(everything);
    everything.invitations.forEach(({ id }) => acknowledge(id));
    await refreshCalls(unsure, rest, store);
    const { joined } = state.getSnapshot();
    joined?.hubReconnected();
    if (joined === null) {
      this.#rejoinRemembered(everything.calls);
    }
  }

  /** After a sleep a connection may look open and be dead. If it does not answer, a new one is made. */
  check(): void {
    const { hub } = this.#options;
    if (hub.state.getSnapshot() === 'connected') {
      this.run().catch(() => hub.reconnect());
    } else {
      hub.retryNow();
    }
  }

  /** A page that the browser restores has released its media. If it was in a call, loading it again brings the call back. */
  restored(): void {
    if (recallCall(this.#options.device) !== null) {
      location.reload();
    } else {
      this.check();
    }
  }

  #rejoinRemembered(calls: readonly CallSession[]): void {
    const { state, ends, device, rejoin } = this.#options;
    const remembered = recallCall(device);
    const session = calls.find(({ id }) => id === remembered?.id);
    if (remembered === null || session === undefined || ends.has(session.id)) {
      forgetCall();
    } else if (state.getSnapshot().starting === null) {
      rejoin(session, remembered.camera, remembered.device).catch((error: unknown) => {
        // A passing failure leaves the call to the next connection.
        if (!(error instanceof CallError) || !error.isTransient) {
          forgetCall();
        }
      });
    }
  }
}

/**
 * All open calls of the user, as the service has them now.
 * @throws {CallError} The hub refused, or did not answer in time.
 */
async function requestSync(hub: Hub): Promise<Sync> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await Promise.race([
      hub.invoke<Sync>('sync', {}),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new CallError('disconnected', 'No answer came.')), timeoutMs);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks how calls ended that are open in the store and not at the service. */
async function refreshCalls(ids: readonly string[], rest: CallsRest, store: CallStore): Promise<void> {
  await Promise.all(ids.map(id => refreshCall(id, rest, store)));
}

async function refreshCall(id: string, rest: CallsRest, store: CallStore): Promise<void> {
  try {
    store.apply(await rest.call(id));
  } catch (error) {
    if (!(error instanceof CallError) || error.isTransient || (error.status !== 403 && error.status !== 404)) {
      throw error;
    }

    store.drop(id);
  }
}
