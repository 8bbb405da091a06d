import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UnsentEnds } from '../../src/client/unsent-ends.ts';
import { CallsRest } from '../../src/service/rest.ts';
import { ended, session, settle } from '../calls.ts';

type Answer = () => Response;

const told: Answer = () => Response.json({ message: '', session: session(ended) });
const refuses =
  (status: number, code?: string): Answer =>
  () =>
    code === undefined
      ? new Response('<html>', { status })
      : Response.json({ code, detail: '' }, { status, headers: { 'Content-Type': 'application/problem+json' } });
const unreachable: Answer = () => {
  throw new TypeError('Failed to fetch');
};

function setUp(...answers: Answer[]) {
  const asked: string[] = [];
  const changes: (readonly string[])[] = [];
  const rest = new CallsRest({
    base: 'https://calls.example/',
    token: () => 'jwt',
    fetch: async (url, init) => {
      await Promise.resolve();
      asked.push(`${(url as URL).pathname.split('/').at(-2)} ${(JSON.parse(init!.body as string) as { status: string }).status}`);
      return (answers.shift() ?? told)();
    },
  });
  const ends = new UnsentEnds({ rest, userId: 'alice', onSession: () => undefined, onChange: ids => changes.push(ids) });
  return { ends, asked, changes };
}

async function later(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the end of a call', () => {
  it('is told again and again until the service itself has answered', async () => {
    const { ends, asked } = setUp(refuses(502), unreachable, refuses(401), refuses(401, 'unauthorized'), refuses(500, 'internal'));
    await ends.tell('call-1', 'COMPLETED');
    expect(ends.has('call-1')).toBe(true);
    await later(120_000);
    expect(asked).toEqual(Array.from({ length: 6 }, () => 'call-1 COMPLETED'));
    expect(ends.has('call-1')).toBe(false);
    await later(120_000);
    expect(asked).toHaveLength(6);
  });

  it.each([
    () => Response.json({}),
    () => Response.json(null),
    () => new Response(null, { status: 204 }),
    () => Response.json({ code: 'not_found', message: 'There is no route.' }, { status: 404 }),
  ])('is told again where a gateway has answered in JSON in place of the service', async answer => {
    const { ends, asked } = setUp(answer);
    await ends.tell('call-1', 'COMPLETED');
    expect(ends.has('call-1')).toBe(true);
    await later(120_000);
    expect(asked).toHaveLength(2);
    expect(ends.has('call-1')).toBe(false);
  });

  it('is told by the page that is loaded next, and by nobody after half a day', async () => {
    const before = setUp(unreachable, unreachable);
    await before.ends.tell('call-1', 'CANCELLED');
    before.ends.stop();
    await later(3_600_000);
    expect(before.asked).toHaveLength(1);
    const after = setUp(unreachable);
    expect(after.ends.ids).toEqual(['call-1']);
    await after.ends.tellAll();
    expect(after.asked).toEqual(['call-1 CANCELLED']);
    after.ends.stop();
    await later(11.5 * 3_600_000);
    expect(setUp().ends.ids).toEqual([]);
  });

  it.each([
    ['call_ended', 410],
    ['not_found', 404],
  ])('counts as told where the service says %s', async (code, status) => {
    const { ends } = setUp(refuses(status, code));
    await ends.tell('call-1', 'COMPLETED');
    expect(ends.ids).toEqual([]);
  });

  it('is given up where the service refuses it, and whoever asked for it is told', async () => {
    const { ends, changes } = setUp(refuses(403, 'not_a_participant'));
    await expect(ends.tell('call-1', 'COMPLETED')).rejects.toMatchObject({ code: 'not_a_participant' });
    expect(changes).toEqual([['call-1'], []]);
  });

  it('leaves alone what another tab has kept', async () => {
    const [one, other] = [setUp(unreachable), setUp(unreachable, unreachable)];
    await one.ends.tell('call-1', 'COMPLETED');
    await other.ends.tell('call-2', 'COMPLETED');
    one.ends.stop();
    other.ends.stop();
    expect(setUp().ends.ids).toEqual(['call-1', 'call-2']);
  });

  it('is of one user: another one in this browser tells nothing of it', async () => {
    const { ends } = setUp(unreachable);
    await ends.tell('call-1', 'COMPLETED');
    ends.stop();
    const rest = new CallsRest({ base: 'https://calls.example/', token: () => null });
    expect(new UnsentEnds({ rest, userId: 'bob', onSession: () => undefined, onChange: () => undefined }).ids).toEqual([]);
  });

  it('is not lost with what the browser keeps of it in another form', () => {
    localStorage.setItem('fayo.unsent-ends:alice', '{"of":"another version"');
    expect(setUp().ends.ids).toEqual([]);
  });
});
