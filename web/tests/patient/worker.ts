import { CallService } from '../../src/patient/worker/call-service';
import { Kept } from '../../src/patient/worker/kept';
import type { WorkerMessage } from '../../src/patient/worker/messages';
import type { Notice, NoticeData } from '../../src/patient/worker/notices';
import { Rings, type ShownNotice } from '../../src/patient/worker/rings';

type Answer = () => Response | Promise<Response>;

export const ringing =
  (remainingMs: number, initiatorName: string | null = 'Ada Demir'): Answer =>
  () =>
    Response.json({ callId: 'c1', isRinging: remainingMs > 0, remainingMs, initiatorName });
export const over =
  (outcome: string): Answer =>
  () =>
    Response.json({ callId: 'c1', isRinging: false, remainingMs: 0, initiatorName: 'Ada Demir', outcome });
export const word =
  (status: number, code: string): Answer =>
  () =>
    Response.json({ code }, { status, headers: { 'Content-Type': 'application/problem+json' } });
export const proxySays =
  (status: number): Answer =>
  () =>
    new Response('<html>Bad gateway</html>', { status });
export const noNetwork: Answer = () => {
  throw new TypeError('Failed to fetch');
};

/** The browser around a service worker, with a clock that goes on only while the worker waits. */
export class FakeBrowser {
  now = Date.parse('2026-11-28T10:00:00Z');
  readonly notices = new Map<string, Notice>();
  /** Every notification that was shown, in order. */
  readonly shown: Notice[] = [];
  readonly told: WorkerMessage[] = [];
  readonly opened: (WorkerMessage | null)[] = [];
  readonly requests: string[] = [];
  badge = 0;
  wakes = 0;
  pages: 'none' | 'behind' | 'in front' = 'none';
  pageRings = false;
  /** What the service answers, by path; the last answer is repeated. */
  answers: Record<string, Answer[]> = {};
  /** Called before each wait, such as for a tap that comes meanwhile. */
  onWait: () => void | Promise<void> = () => undefined;
  readonly kept = new Kept(fakeCaches(), 'https://calls.example/app/');
  readonly rings = this.start();

  /** A worker, as after the browser has stopped the one before. */
  start(): Rings {
    const fetcher: typeof fetch = (url, init) => {
      const path = (url as URL).href.replace('https://calls.example/app/api/v1/', '');
      this.requests.push(`${init?.method} ${path}`);
      const answers = this.answers[path] ?? [];
      return Promise.resolve().then(() => (answers.length > 1 ? answers.shift()! : (answers[0] ?? noNetwork))());
    };
    return new Rings(
      {
        show: notice => {
          this.shown.push(notice);
          this.notices.set(notice.options.tag, notice);
          return Promise.resolve();
        },
        shown: tag => Promise.resolve(this.#list(tag)),
        ringsInFront: () => Promise.resolve(this.pages === 'in front' && this.pageRings),
        isInFront: () => Promise.resolve(this.pages === 'in front'),
        tell: message => {
          this.told.push(message);
          return Promise.resolve(this.pages !== 'none');
        },
        open: message => {
          this.opened.push(message);
          return Promise.resolve();
        },
        wakeWithNetwork: () => {
          this.wakes++;
          return Promise.resolve();
        },
        setBadge: count => {
          this.badge = count;
        },
        wait: async ms => {
          this.now += ms;
          await this.onWait();
        },
        now: () => this.now,
      },
      new CallService('https://calls.example/app/', fetcher),
      this.kept,
    );
  }

  get kinds(): readonly string[] {
    return [...this.notices.values()].map(({ options }) => options.data.kind);
  }

  /** Taps the notification of the call, or one of its buttons. */
  async tap(action = '', rings = this.rings): Promise<void> {
    await rings.click(action, this.#list('fayo-call-c1')[0]!);
  }

  #list(tag?: string): readonly ShownNotice[] {
    return [...this.notices.values()]
      .filter(({ options }) => tag === undefined || options.tag === tag)
      .map(({ options }) => ({ tag: options.tag, data: options.data satisfies NoticeData, close: () => this.notices.delete(options.tag) }));
  }
}

/** The Cache API, as far as it is used, in memory. */
function fakeCaches(): CacheStorage {
  let entries = new Map<string, string>();
  const cache = {
    put: async (url: string, response: Response) => void entries.set(url, await response.text()),
    match: (url: string) => Promise.resolve(entries.has(url) ? new Response(entries.get(url)) : undefined),
    delete: (url: string) => Promise.resolve(entries.delete(url)),
    keys: () => Promise.resolve([...entries.keys()].map(url => new Request(url))),
  };
  return {
    open: () => Promise.resolve(cache),
    delete: () => {
      entries = new Map();
      return Promise.resolve(true);
    },
  } as unknown as CacheStorage;
}
