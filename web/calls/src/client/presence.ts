import { Observable } from '../common/observable.ts';
import type { Hub } from '../service/hub.ts';

interface Presence {
  readonly users: readonly { readonly id: string; readonly devices: number }[];
}

/** The most users that the service watches for one connection. */
const maxWatched = 200;

/** Who of some users is connected, as the service tells it. For staff; empty where the service does not, or while there is no connection. */
export class PresenceWatch {
  /** With how many devices each of the users is connected. */
  readonly devices = new Observable<ReadonlyMap<string, number>>(new Map());
  readonly #hub: Hub;
  #ids: readonly string[] = [];

  constructor(hub: Hub) {
    this.#hub = hub;
    hub.on('presence', ({ users }: Presence) => {
      this.devices.set(new Map([...this.devices.getSnapshot(), ...users.map(({ id, devices }) => [id, devices] as const)]));
    });
    hub.state.subscribe(() => {
      if (hub.state.getSnapshot() === 'connected') {
        this.#ask();
      } else {
        this.devices.set(new Map());
      }
    });
  }

  /** Watches these users, the first two hundred of them, in place of those before. */
  watch(ids: readonly string[]): void {
    this.#ids = ids.slice(0, maxWatched);
    this.#ask();
  }

  #ask(): void {
    if (this.#hub.state.getSnapshot() === 'connected') {
      // An older service has no such method: there the page asks now and then.
      this.#hub.invoke('watch_presence', { userIds: this.#ids }).catch(() => undefined);
    }
  }
}
