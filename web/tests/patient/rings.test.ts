import { beforeEach, describe, expect, it } from 'vitest';
import { FakeBrowser, noNetwork, over, proxySays, ringing, word } from './worker';

let browser: FakeBrowser;

beforeEach(() => {
  browser = new FakeBrowser();
});

/** The push of a call that rings for so many milliseconds more, by this device's clock. */
const ring = (ms = 30_000, more = {}): string =>
  JSON.stringify({
    type: 'ring',
    callId: 'c1',
    version: 1,
    callType: 'VIDEO',
    initiatorName: 'Ada Demir',
    deadline: new Date(browser.now + ms).toISOString(),
    credential: 'secret',
    ...more,
  });
const overPush = (outcome: string): string => JSON.stringify({ type: 'over', callId: 'c1', outcome, initiatorName: 'Ada Demir' });
const push = (text: string): Promise<void> => browser.rings.push(text);

/** A call that rings here; the rest of its push event goes on in `done`. */
async function rings(): Promise<{ done: Promise<void> }> {
  browser.answers['push/call'] ??= [ringing(30_000)];
  let shown!: () => void;
  const first = new Promise<void>(resolve => (shown = resolve));
  let go!: () => void;
  const gate = new Promise<void>(resolve => (go = resolve));
  browser.onWait = () => {
    shown();
    return gate;
  };
  const done = push(ring());
  await first;
  browser.onWait = () => undefined;
  return {
    get done() {
      go();
      return done;
    },
  };
}

describe('a push that a call rings', () => {
  it('rings until the call is over, with a new sound every few seconds', async () => {
    browser.answers['push/call'] = [ringing(20_000), ringing(12_000), ringing(4_000), over('missed')];
    await push(ring());
    expect(browser.shown.map(({ title, options }) => [title, options.data.kind, options.renotify])).toEqual([
      ['Ada Demir', 'ring', true],
      ['Ada Demir', 'ring', true],
      ['Ada Demir', 'ring', true],
      ['Missed call from Ada Demir', 'missed', false],
    ]);
    expect(new Set(browser.shown.map(({ options }) => options.tag)).size).toBe(1);
    const { options } = browser.shown[0]!;
    expect(options).toMatchObject({ requireInteraction: true, silent: false, body: 'Incoming video call' });
    expect(options.vibrate!.length).toBeGreaterThan(3);
    expect(options.actions!.map(({ title }) => title)).toEqual(['Answer', 'Decline']);
  });

  it.each([
    ['missed', 'missed', 'Missed call from Ada Demir'],
    ['answered_elsewhere', 'over', 'Ada Demir'],
    ['ended', 'over', 'Ada Demir'],
  ])('never rings if the call is over by the service’s word: %s', async (outcome, kind, title) => {
    browser.answers['push/call'] = [over(outcome)];
    await push(ring());
    expect(browser.shown.map(notice => [notice.options.data.kind, notice.title])).toEqual([[kind, title]]);
  });

  it('never rings once its credential has expired', async () => {
    browser.answers['push/call'] = [word(401, 'bad_credential')];
    await push(ring());
    expect(browser.kinds).toEqual(['missed']);
  });

  it('believes the service, not this device’s clock', async () => {
    browser.answers['push/call'] = [ringing(20_000), over('ended')];
    await push(ring(-3_600_000));
    expect(browser.shown[0]!.options.data.kind).toBe('ring');
  });

  it.each([
    ['no network', noNetwork],
    ['a proxy that says 502', proxySays(502)],
    ['a captive portal', proxySays(200)],
  ])('asks again while there is %s, and then goes by the deadline', async (_, answer) => {
    browser.answers['push/call'] = [answer];
    await push(ring(-1));
    expect(browser.kinds).toEqual(['missed']);
    expect(browser.requests.length).toBeGreaterThan(3);

    browser = new FakeBrowser();
    browser.answers['push/call'] = [answer];
    await push(ring(20_000));
    expect(browser.shown[0]!.options.data.kind).toBe('ring');
    expect(browser.kinds).toEqual(['missed']);
  });

  it('does not ring twice: a page in front that rings is enough', async () => {
    browser.answers['push/call'] = [ringing(30_000)];
    Object.assign(browser, { pages: 'in front', pageRings: true });
    await push(ring());
    expect(browser.shown).toEqual([]);
  });

  it('rings if a page is in front that does not, because it has lost its connection', async () => {
    browser.answers['push/call'] = [ringing(9_000), over('ended')];
    browser.pages = 'in front';
    await push(ring());
    expect(browser.shown[0]!.options.data.kind).toBe('ring');
  });

  it('stops when somebody swipes it away', async () => {
    const { done } = await rings();
    browser.notices.clear();
    await done;
    expect(browser.shown.length).toBe(1);
  });

  it('shows names that cannot break out of their place', async () => {
    browser.answers['push/call'] = [over('missed')];
    await push(ring(0, { initiatorName: `Ada\n\u202Egnp.exe ${'x'.repeat(500)}` }));
    expect(browser.shown[0]!.title.length).toBeLessThan(120);
    expect(browser.shown[0]!.title).not.toMatch(/[\n\u202e]/u);
    await push(ring(0, { initiatorName: 'دكتور' }));
    expect(browser.shown[1]!.title).toBe('Missed call from \u2068دكتور\u2069');
    await push(ring(0, { initiatorName: null }));
    expect(browser.shown[2]!.title).toBe('Missed call from Ada Demir');
  });
});

describe('a push that a call is over', () => {
  it('takes the ring away and says that it was missed', async () => {
    const { done } = await rings();
    await push(overPush('missed'));
    expect(browser.kinds).toEqual(['missed']);
    expect(browser.badge).toBe(1);
    await done;
    expect(browser.kinds).toEqual(['missed']);
  });

  it('takes the ring away quietly if another device has answered', async () => {
    const { done } = await rings();
    await push(overPush('answered_elsewhere'));
    await done;
    const [notice] = [...browser.notices.values()];
    expect(notice!.options).toMatchObject({ body: 'Answered on another device', silent: true, requireInteraction: false });
    expect(browser.badge).toBe(0);
  });

  it('shows nothing while the page is in front, which shows it itself', async () => {
    const { done } = await rings();
    browser.pages = 'in front';
    await push(overPush('missed'));
    await done;
    expect(browser.kinds).toEqual([]);
  });
});

describe('a tap', () => {
  it.each(['answer', ''])('on "%s" opens a page that answers the call, once', async action => {
    const { done } = await rings();
    await browser.tap(action);
    expect(browser.opened).toEqual([{ type: 'answer' }]);
    expect(await browser.rings.message({ type: 'take-wish' })).toBe('c1');
    expect(await browser.rings.message({ type: 'take-wish' })).toBeNull();
    await done;
    expect(browser.kinds).toEqual([]);
  });

  it('on Answer is forgotten when the call can ring no longer', async () => {
    const { done } = await rings();
    await browser.tap('answer');
    browser.now += 31_000;
    expect(await browser.rings.message({ type: 'take-wish' })).toBeNull();
    await done;
  });

  it('on a missed call opens the page and answers nothing', async () => {
    await push(overPush('missed'));
    await browser.tap();
    expect(browser.opened).toEqual([null]);
    expect(await browser.rings.message({ type: 'take-wish' })).toBeNull();
  });

  it('on Decline declines without a page', async () => {
    const { done } = await rings();
    browser.answers['push/decline'] = [() => new Response(null, { status: 204 })];
    await browser.tap('decline');
    expect(browser.requests.at(-1)).toBe('POST push/decline');
    expect(browser.opened).toEqual([]);
    expect(await browser.kept.keys('decline:')).toEqual([]);
    await done;
    // The service says then that the call is over.
    await push(overPush('ended'));
    expect(browser.kinds).toEqual([]);
  });
});

describe('a decline', () => {
  const declines = (): number => browser.requests.filter(request => request.endsWith('push/decline')).length;

  it.each([
    ['no network', noNetwork],
    ['a proxy that says 410', proxySays(410)],
    ['a gateway that says 410 in JSON', () => Response.json({ code: 410, message: 'Gone' }, { status: 410 })],
    ['a service that is too busy', word(503, 'unavailable')],
  ])('is repeated while there is %s', async (_, answer) => {
    const { done } = await rings();
    browser.answers['push/decline'] = [answer, answer, () => new Response(null, { status: 204 })];
    await browser.tap('decline');
    expect(declines()).toBe(3);
    expect(browser.wakes).toBe(1);
    expect(await browser.kept.keys('decline:')).toEqual([]);
    await done;
  });

  it.each([
    [410, 'call_ended'],
    [401, 'unauthorized'],
  ])('is done when the service says %d', async (status, code) => {
    const { done } = await rings();
    browser.answers['push/decline'] = [word(status, code)];
    await browser.tap('decline');
    expect(declines()).toBe(1);
    await done;
  });

  it('is given up once the call cannot ring any more', async () => {
    const { done } = await rings();
    browser.answers['push/decline'] = [noNetwork];
    await browser.tap('decline');
    expect(await browser.kept.keys('decline:')).toEqual([]);
    expect(browser.now).toBeGreaterThan(Date.parse('2026-11-28T10:00:29Z'));
    await done;
  });

  it('is kept over the end of the worker, and told by the next one', async () => {
    const { done } = await rings();
    browser.answers['push/decline'] = [noNetwork];
    // The browser stops the worker between two attempts.
    browser.onWait = () => new Promise<void>(() => undefined);
    void browser.tap('decline');
    await expect.poll(() => browser.wakes).toBe(1);
    browser.onWait = () => undefined;
    browser.answers['push/decline'] = [() => new Response(null, { status: 204 })];
    await browser.start().resendDeclines();
    expect(await browser.kept.keys('decline:')).toEqual([]);
    void done;
  });
});

describe('an open page', () => {
  const show = { type: 'show-ring', callId: 'c1', callType: 'VOICE', initiatorName: 'Ada Demir', remainingMs: 30_000 } as const;

  it('that is behind others has its ring shown, and declines it itself', async () => {
    browser.pages = 'behind';
    await browser.rings.message(show);
    expect(browser.kinds).toEqual(['ring']);
    await browser.tap('decline');
    expect(browser.told).toEqual([{ type: 'decline', callId: 'c1' }]);
    expect(browser.requests).toEqual([]);
  });

  it('signs out: notifications, badge and everything that was kept are gone', async () => {
    await browser.rings.message({ type: 'registered', deviceId: 'd1', token: 'jwt' });
    await push(overPush('missed'));
    await browser.rings.message({ type: 'forget' });
    expect(browser.kinds).toEqual([]);
    expect(browser.badge).toBe(0);
    expect(await browser.kept.keys('')).toEqual([]);
  });
});

describe('other pushes', () => {
  it('a test is shown, and the page learns that it has arrived', async () => {
    await push(JSON.stringify({ type: 'test' }));
    expect(browser.kinds).toEqual(['test']);
    expect(browser.told).toEqual([{ type: 'tested' }]);
  });

  it.each([undefined, 'no JSON', '[]', '{"type":"ring"}', '{"type":"something_new"}'])(
    'one that is not understood shows something: %s',
    async text => {
      await browser.rings.push(text);
      expect(browser.kinds).toEqual(['other']);
    },
  );

  it('a new subscription is registered without a page, and the pages learn of it', async () => {
    browser.answers['me/devices/d1'] = [() => Response.json({ deviceId: 'd1' })];
    await browser.rings.message({ type: 'registered', deviceId: 'd1', token: 'jwt' });
    await browser.rings.subscriptionChanged(() => Promise.resolve({ endpoint: 'https://push.example/2' }));
    expect(browser.requests).toEqual(['PUT me/devices/d1']);
    expect(browser.told).toEqual([{ type: 'subscription' }]);
  });
});
