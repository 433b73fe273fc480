/**
 * Goal: the next command that an error names works when it is typed. Method: tables of steps.
 */
import { describe, expect, test } from 'vitest';
import { commandHere } from './output.ts';

describe('the next step', () => {
  test.each([
    ['mvb config', 'mvb config --data-dir lab'],
    ['start one: mvb miner', 'start one: mvb miner --data-dir lab'],
    [
      'start one: mvb miner; or name one: mvb wallet sync peer=HOST:PORT',
      'start one: mvb miner --data-dir lab; or name one: mvb wallet sync peer=HOST:PORT '
        + '--data-dir lab',
    ],
    ['mvb miner --data-dir OTHER block_size=2', 'mvb miner --data-dir OTHER block_size=2'],
    ['mvb --help', 'mvb --help'],
    ['ask where it was made: mvb wallet why there', 'ask where it was made: mvb wallet why there'],
    ['check the path', 'check the path'],
  ])('%j names the data directory', (next, expected) => {
    expect(commandHere(next, { dataDir: 'lab', environment: {} })).toBe(expected);
    const here = commandHere(next, { dataDir: '.', environment: {} });
    expect(here).toBe(next);
  });

  test.each([{ npm_command: 'exec' }, { npm_lifecycle_event: 'start' }])(
    'names npx when that was used: %j', (environment) => {
      expect(commandHere('start one: mvb miner', { dataDir: '.', environment }))
        .toBe('start one: npx mvb miner');
      expect(commandHere('mvb config', { dataDir: 'lab', environment }))
        .toBe('npx mvb config --data-dir lab');
      expect(commandHere('check the path', { dataDir: '.', environment })).toBe('check the path');
    },
  );
});
