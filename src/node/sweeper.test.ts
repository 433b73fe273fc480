/**
 * Goal: what goes by time is looked after every second, and a node at rest does next to nothing.
 * Method: a clock that is moved by hand, and the times at which there was a look.
 */
import { expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { Sweeper, SWEEP_INTERVAL_MS } from './sweeper.ts';

const START_MS = 5_000;
const REST_MAX_MS = 60_000;

/** A sweeper that is started; `quietMs` is how long there will be nothing to do. */
function scene(quietMs: number) {
  const clock = new ManualClock(START_MS);
  const world = { quietMs, looks: [] as number[], whenLooking: (): void => {} };
  const sweeper = new Sweeper(clock, () => {
    world.looks.push(clock.elapsed() - START_MS);
    world.whenLooking();
    return clock.elapsed() + world.quietMs;
  });
  sweeper.start();
  return { clock, sweeper, world };
}

it('looks at once, and then every second while there is something to do', () => {
  for (const quietMs of [0, -3_000, SWEEP_INTERVAL_MS / 2]) {
    const { clock, world } = scene(quietMs);
    expect(world.looks).toEqual([0]);
    clock.advance(3 * SWEEP_INTERVAL_MS);
    expect(world.looks).toEqual([0, 1_000, 2_000, 3_000]);
  }
});

it('rests until there is something to do, and a minute at most', () => {
  const { clock, world } = scene(7_500);
  clock.advance(7_499);
  expect(world.looks).toEqual([0]);
  world.quietMs = Infinity;
  clock.advance(1 + REST_MAX_MS - 1);
  expect(world.looks).toEqual([0, 7_500]);
  world.quietMs = 0;
  clock.advance(1 + SWEEP_INTERVAL_MS);
  expect(world.looks).toEqual([0, 7_500, 67_500, 68_500]);
});

it('is woken from its rest: it looks within a second, once', () => {
  const { clock, sweeper, world } = scene(Infinity);
  clock.advance(10_300);
  sweeper.wake();
  expect(world.looks).toEqual([0]);
  clock.advance(2 * REST_MAX_MS);
  // And no more at the time at which it would have looked if nobody had woken it.
  expect(world.looks).toEqual([0, 11_300, 71_300]);
});

it('is not put off by being woken again and again', () => {
  const { clock, sweeper, world } = scene(Infinity);
  for (let times = 0; times < 30; times++) {
    sweeper.wake();
    clock.advance(100);
  }
  expect(world.looks).toEqual([0, 1_000, 2_000, 3_000]);
});

it('does not look sooner for being woken when the next look is near', () => {
  const { clock, sweeper, world } = scene(0);
  clock.advance(400);
  sweeper.wake();
  clock.advance(599);
  expect(world.looks).toEqual([0]);
  clock.advance(1);
  expect(world.looks).toEqual([0, 1_000]);
});

it('does nothing after it was stopped, at rest or not, woken or not', () => {
  for (const quietMs of [0, Infinity]) {
    const { clock, sweeper, world } = scene(quietMs);
    clock.advance(1_500);
    const before = [...world.looks];
    sweeper.stop();
    sweeper.wake();
    clock.advance(3 * REST_MAX_MS);
    expect(world.looks).toEqual(before);
  }
});

it('can be stopped by what it finds', () => {
  const { clock, sweeper, world } = scene(0);
  world.whenLooking = () => sweeper.stop();
  clock.advance(3 * REST_MAX_MS);
  expect(world.looks).toEqual([0, 1_000]);
});
