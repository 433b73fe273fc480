/** Goal: a delay is never shorter than asked, and a cancelled one never comes. */
import { describe, expect, it } from 'vitest';
import { SystemClock } from './system-clock.ts';

describe('SystemClock', () => {
  const clock = new SystemClock();

  it('runs what was not cancelled, in a later turn', async () => {
    const ran: string[] = [];
    const cancel = clock.after(0, () => ran.push('cancelled'));
    cancel();
    cancel();
    await new Promise<void>((resolve) => {
      const cancelLate = clock.after(1, () => {
        ran.push('run');
        cancelLate();
        resolve();
      });
      expect(ran).toEqual([]);
    });
    expect(ran).toEqual(['run']);
  });

  it('does not take a delay that a Node timer cannot hold for none', async () => {
    let ran = false;
    const cancel = clock.after(2 ** 33, () => {
      ran = true;
    });
    await new Promise<void>((resolve) => {
      clock.after(5, resolve);
    });
    expect(ran).toBe(false);
    cancel();
  });
});
