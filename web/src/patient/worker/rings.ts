import type { CallService, CallState } from './call-service';
import type { Kept } from './kept';
import type { PageMessage, WorkerMessage } from './messages';
import { otherNotice, overNotice, ringNotice, tagOf, testNotice, type Notice, type NoticeData, type RingingCall } from './notices';
import { readPush, type CallOutcome, type RingPush } from './payload';

/** A notification that the browser shows. */
export interface ShownNotice {
  readonly tag: string;
  readonly data: unknown;
  close(): void;
}

/** What the browser does for a worker. */
export interface RingPorts {
  readonly show: (notice: Notice) => Promise<void>;
  /** The notifications with this tag; without one, all. */
  readonly shown: (tag?: string) => Promise<readonly ShownNotice[]>;
  /** True if a page is open and in front that rings for this call. */
  readonly ringsInFront: (callId: string) => Promise<boolean>;
  /** True if a page is open and in front. */
  readonly isInFront: () => Promise<boolean>;
  /** Tells every open page; false if there is none. */
  readonly tell: (message: WorkerMessage) => Promise<boolean>;
  /** Brings a page to the front and tells it; opens one if there is none. */
  readonly open: (message: WorkerMessage | null) => Promise<void>;
  /** Asks the browser to wake this worker when there is a network again. */
  readonly wakeWithNetwork: () => Promise<void>;
  readonly setBadge: (count: number) => void;
  readonly wait: (ms: number) => Promise<void>;
  /** In milliseconds since 1970. */
  readonly now: () => number;
}

/** How long the service is asked whether a call still rings, before the push's own deadline decides. */
const askForMs = 4_000;
const askAgainMs = 500;
/** A notification makes one short sound. It is shown again with a new one this often, until the call is over. */
const ringAgainMs = 8_000;
/** Browsers stop a worker that takes longer over one push. */
const ringForMs = 80_000;
const retryMs = [500, 1_000, 2_000, 4_000];

/** Rings for calls that are pushed to this device, without an open page. */
export class Rings {
  readonly #ports: RingPorts;
  readonly #service: CallService;
  readonly #kept: Kept;

  constructor(ports: RingPorts, service: CallService, kept: Kept) {
    this.#ports = ports;
    this.#service = service;
    this.#kept = kept;
  }

  /** A push has arrived. */
  async push(text: string | undefined): Promise<void> {
    const push = readPush(text);
    switch (push?.type) {
      case 'ring':
        return this.#ring(push);
      case 'over':
        return this.#end(push.callId, push.outcome, push.initiatorName);
      case 'test':
        await this.#ports.show(testNotice());
        await this.#ports.tell({ type: 'tested' });
        return undefined;
      case undefined:
        return this.#ports.show(otherNotice());
    }
  }

  /** Somebody has tapped a notification, or one of its buttons. */
  async click(action: string, notice: ShownNotice): Promise<void> {
    notice.close();
    const data = notice.data as NoticeData | null;
    if (data?.kind !== 'ring' || data.callId === null) {
      await this.#ports.open(null);
    } else if (action === 'decline') {
      await this.#decline(data.callId, data);
    } else {
      await this.#kept.put('wish', { callId: data.callId, until: data.until });
      await this.#ports.open({ type: 'answer' });
      await this.#handled(data.callId, data.until);
    }
  }

  /** What an open page asks for. Returns the answer. */
  async message(message: PageMessage): Promise<unknown> {
    switch (message.type) {
      case 'show-ring': {
        const { callId, callType, initiatorName, remainingMs } = message;
        const call = { callId, callType, initiatorName, credential: null, until: this.#ports.now() + remainingMs };
        await this.#ports.show(ringNotice(call));
        return true;
      }
      case 'take-wish':
        return this.#takeWish();
      case 'registered':
        await this.#kept.put('registration', { deviceId: message.deviceId, token: message.token });
        return true;
      case 'forget':
        await this.#kept.clear();
        (await this.#ports.shown()).forEach(notice => notice.close());
        this.#ports.setBadge(0);
        return true;
    }
  }

  /** The browser has replaced the subscription. `subscribe` makes the new one. */
  async subscriptionChanged(subscribe: () => Promise<unknown>): Promise<void> {
    const registration = (await this.#kept.get('registration')) as { deviceId: string; token: string } | null;
    if (registration !== null) {
      await this.#service.register(registration.deviceId, registration.token, await subscribe());
    }

    await this.#ports.tell({ type: 'subscription' });
  }

  /** Tells the service of every decline that it does not know of yet. Each is repeated while the call could still ring. */
  async resendDeclines(): Promise<void> {
    await Promise.all((await this.#kept.keys('decline:')).map(key => this.#sendDecline(key)));
  }

  async #ring(push: RingPush): Promise<void> {
    const { callId, callType } = push;
    // A page that is open learns at once that there may be a call, and whether its connection is still alive.
    const [state, inFront] = await Promise.all([this.#ask(push.credential), this.#ports.ringsInFront(callId)]);
    const remainingMs = state.kind === 'ringing' ? state.remainingMs : state.kind === 'unknown' ? push.deadline - this.#ports.now() : 0;
    const initiatorName = push.initiatorName ?? (state.kind === 'unknown' ? null : state.initiatorName);
    if (remainingMs <= 0) {
      return this.#end(callId, state.kind === 'over' ? state.outcome : 'missed', initiatorName);
    }

    if (inFront || (await this.#isHandled(callId))) {
      return undefined;
    }

    const call = { callId, callType, initiatorName, credential: push.credential, until: this.#ports.now() + remainingMs };
    await this.#ports.show(ringNotice(call));
    this.#ports.setBadge(1);
    return this.#keepRinging(call);
  }

  /** Asks until the service has answered, for a few seconds. */
  async #ask(credential: string): Promise<CallState> {
    const until = this.#ports.now() + askForMs;
    for (;;) {
      const state = await this.#service.state(credential);
      if (state.kind !== 'unknown' || this.#ports.now() + askAgainMs > until) {
        return state;
      }

      await this.#ports.wait(askAgainMs);
    }
  }

  /** Rings again and again until the notification is gone or the call is over. */
  async #keepRinging(call: RingingCall & { readonly credential: string }): Promise<void> {
    const stopAt = this.#ports.now() + ringForMs;
    while (this.#ports.now() < stopAt) {
      await this.#ports.wait(Math.min(ringAgainMs, Math.max(0, call.until - this.#ports.now()) + 250));
      if (!(await this.#isRinging(call.callId))) {
        return;
      }

      const state = await this.#service.state(call.credential);
      if (!(await this.#isRinging(call.callId))) {
        return;
      }

      if (state.kind === 'over' || this.#ports.now() >= call.until) {
        return this.#end(call.callId, state.kind === 'over' ? state.outcome : 'missed', call.initiatorName);
      }

      await this.#ports.show(ringNotice(call));
    }
  }

  async #isRinging(callId: string): Promise<boolean> {
    const [notice] = await this.#ports.shown(tagOf(callId));
    return (notice?.data as NoticeData | null | undefined)?.kind === 'ring';
  }

  async #end(callId: string, outcome: CallOutcome, initiatorName: string | null): Promise<void> {
    const [before] = await this.#ports.shown(tagOf(callId));
    const name = initiatorName ?? (before?.data as NoticeData | null | undefined)?.initiatorName ?? null;
    const handled = await this.#isHandled(callId);
    if (await this.#ports.isInFront()) {
      // The page shows what became of the call.
      before?.close();
    } else {
      await this.#ports.show(overNotice(callId, outcome, name));
      if (handled) {
        // Whoever answered or declined here need not be told. It is shown for a moment, because every push has to show something.
        await this.#ports.wait(1_000);
        (await this.#ports.shown(tagOf(callId))).forEach(notice => notice.close());
      }
    }

    const missed = (await this.#ports.shown()).filter(notice => (notice.data as NoticeData | null)?.kind === 'missed');
    this.#ports.setBadge(missed.length);
  }

  async #decline(callId: string, { credential, until }: NoticeData): Promise<void> {
    await this.#handled(callId, until);
    this.#ports.setBadge(0);
    if (credential === null) {
      if (!(await this.#ports.tell({ type: 'decline', callId }))) {
        // The page that has shown the ring is gone, and nobody else here can decline it.
        await this.#ports.open(null);
      }

      return;
    }

    await this.#kept.put(`decline:${callId}`, { credential, until });
    await this.#sendDecline(`decline:${callId}`);
  }

  async #sendDecline(key: string): Promise<void> {
    const decline = (await this.#kept.get(key)) as { credential: string; until: number } | null;
    if (decline === null) {
      return;
    }

    for (let attempt = 0; ; attempt++) {
      if ((await this.#service.decline(decline.credential)) || this.#ports.now() >= decline.until) {
        await this.#kept.delete(key);
        return;
      }

      if (attempt === 0) {
        // In case the browser stops this worker before there is a network.
        await this.#ports.wakeWithNetwork();
      }

      await this.#ports.wait(retryMs[Math.min(attempt, retryMs.length - 1)]!);
    }
  }

  async #takeWish(): Promise<string | null> {
    const wish = (await this.#kept.get('wish')) as { callId: string; until: number } | null;
    await this.#kept.delete('wish');
    return wish !== null && this.#ports.now() < wish.until ? wish.callId : null;
  }

  /** Notes that this device has answered or declined the call. */
  async #handled(callId: string, until: number): Promise<void> {
    await this.#kept.put(`handled:${callId}`, until);
    const others = (await this.#kept.keys('handled:')).filter(key => key !== `handled:${callId}`);
    for (const key of others) {
      if (((await this.#kept.get(key)) as number) + 60_000 < this.#ports.now()) {
        await this.#kept.delete(key);
      }
    }
  }

  async #isHandled(callId: string): Promise<boolean> {
    return (await this.#kept.get(`handled:${callId}`)) !== null;
  }
}
