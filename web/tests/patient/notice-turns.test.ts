import { afterEach, expect, it, vi } from 'vitest';
import { takeTurn } from '../../src/patient/push/notice-turns';

afterEach(() => void vi.useRealTimers());

it('notifications are not listed while one is being shown, nor shown while they are listed', async () => {
  const done: string[] = [];
  const act = (name: string) => async (): Promise<void> => {
    done.push(`${name} begins`);
    await Promise.resolve();
    done.push(`${name} ends`);
  };
  await Promise.all([takeTurn(act('show')), takeTurn(act('list')), takeTurn(act('show'))]);
  expect(done).toEqual(['show begins', 'show ends', 'list begins', 'list ends', 'show begins', 'show ends']);
});

it('what fails keeps nobody from the next turn, and what hangs only for a second', async () => {
  vi.useFakeTimers();
  const failed = takeTurn(() => Promise.reject(new Error('no permission')));
  void takeTurn(() => new Promise(() => undefined));
  const shown = vi.fn(() => Promise.resolve('shown'));
  const turn = takeTurn(shown);
  await expect(failed).rejects.toThrow('no permission');
  await vi.advanceTimersByTimeAsync(900);
  expect(shown).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(await turn).toBe('shown');
});
