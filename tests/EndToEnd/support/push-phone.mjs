// A patient's phone that is reached by push. Chromium here has no push service: its subscription is one of the receiver's, and what the service pushes
// there is given to the service worker by DevTools. Everything after that is the browser's own.
import { eventually } from './wait.mjs';

/** Runs in each page before its own scripts: a subscription that lasts as long as the browser's own would. */
function standInForPushService() {
  const key = 'test.subscription';
  const revive = (kept) => kept && {
    ...kept, toJSON: () => ({ endpoint: kept.endpoint, expirationTime: null, keys: kept.keys }),
    unsubscribe: async () => { localStorage.removeItem(key); return true; },
  };
  PushManager.prototype.getSubscription = async () => revive(JSON.parse(localStorage.getItem(key)));
  PushManager.prototype.subscribe = async () => {
    const kept = JSON.parse(localStorage.getItem('test.next'));
    localStorage.setItem(key, JSON.stringify(kept));
    return revive(kept);
  };
}

/** What a phone needs that rings by push: options of a visitor. */
export const PUSH_PHONE = { devices: ['camera', 'microphone', 'notifications'], script: standInForPushService };

export class PushPhone {
  #devtools;
  #registration;
  #context;
  #page;
  #target;
  #received = new Set();

  /** The subscription that the page gets when it subscribes next. */
  static async offer(page, target) {
    await page.evaluate((next) => localStorage.setItem('test.next', JSON.stringify(next)), target.subscription);
  }

  /** @param person a visitor with the options above, on the patient's page; @param target where the pushes to the phone arrive */
  static async of(person, target) {
    const phone = new PushPhone();
    phone.#target = target;
    phone.#context = person.context;
    phone.#page = person.page.url().replace(/[?#].*$/, '');
    // The domain belongs to a page; that of the patient will be closed.
    phone.#devtools = await person.context.newCDPSession(await person.context.newPage());
    phone.#devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      phone.#registration = registrations.find(({ scopeURL, isDeleted }) => !isDeleted && scopeURL === phone.#page) ?? phone.#registration;
    });
    await phone.#devtools.send('ServiceWorker.enable');
    await eventually('the worker is registered', () => phone.#registration);
    await phone.#inWorker(() => {
      const show = registration.showNotification.bind(registration);
      self.shownKinds = [];
      registration.showNotification = async (title, options) => {
        await show(title, options);
        self.shownKinds.push(options.data.kind);
      };
    });
    return phone;
  }

  /** Waits until the service has pushed this, and returns it without giving it to the phone yet. */
  async pushed(type) {
    const request = await this.#target.arrived(`a push of the type "${type}"`, (each) => each.payload?.type === type && !this.#received.has(each));
    this.#received.add(request);
    return request.payload;
  }

  /** The same, and gives it to the phone. */
  async receives(type) {
    const payload = await this.pushed(type);
    await this.deliver(payload);
    return payload;
  }

  /** Gives the service worker a push. */
  deliver(payload) {
    const { origin } = new URL(this.#page);
    return this.#devtools.send('ServiceWorker.deliverPushMessage', {
      origin: `${origin}/`, registrationId: this.#registration.registrationId, data: typeof payload === 'string' ? payload : JSON.stringify(payload),
    });
  }

  /** The notifications that are shown. */
  notices() {
    return this.#inWorker(async () => (await registration.getNotifications()).map(({ title, body, tag, silent, requireInteraction, data, actions }) => ({
      title, body, tag, silent, requireInteraction, kind: data.kind, actions: actions.map((each) => each.title),
    })));
  }

  /**
   * Waits until a notification of this kind has been shown, and returns it. It does not list them while it waits: Chromium drops a notification that is
   * just being shown when they are listed.
   */
  async notice(kind) {
    await eventually(`a notification of the kind "${kind}"`, () => this.#inWorker((wanted) => self.shownKinds.includes(wanted), kind));
    return (await this.notices()).find((notice) => notice.kind === kind);
  }

  /**
   * Taps the notification of this kind, or one of its buttons, and waits until the worker has done what follows. Returns the addresses that it wanted to
   * open: only a finger may make it do so.
   */
  tap(kind, action = '') {
    return this.#inWorker(async ([wanted, button]) => {
      const notification = (await registration.getNotifications()).find(({ data }) => data.kind === wanted);
      const opened = [];
      clients.openWindow = async (url) => { opened.push(url); };
      WindowClient.prototype.focus = async () => {};
      const event = new NotificationEvent('notificationclick', { notification, action: button });
      let done;
      Object.defineProperty(event, 'waitUntil', { value: (promise) => { done = promise; } });
      dispatchEvent(event);
      await done;
      return opened;
    }, [kind, action]);
  }

  /** Everything that the worker keeps beside the files of the page. */
  kept() {
    return this.#inWorker(async () => (await (await caches.open('fayo-kept')).keys()).map(({ url }) => url));
  }

  async #inWorker(script, argument) {
    const worker = await eventually('the worker runs', () => this.#context.serviceWorkers()[0]);
    return worker.evaluate(script, argument);
  }
}
