/**
 * Goal: parameters are taken out of the command line wherever they stand, and nothing else is.
 * Method: a table of command lines.
 */
import { describe, expect, test } from 'vitest';
import { splitArguments } from './arguments.ts';
import { UserError } from './user-error.ts';

describe('the command line', () => {
  test.each([
    ['miner difficulty=20', 'miner', [['difficulty', '20']]],
    ['--difficulty 20 miner', 'miner', [['difficulty', '20']]],
    ['miner --difficulty=20', 'miner', [['difficulty', '20']]],
    ['miner --block-size 2', 'miner', [['block_size', '2']]],
    ['miner --block-size=a=b', 'miner', [['block_size', 'a=b']]],
    ['miner dificulty=20', 'miner', [['dificulty', '20']]],
    ['miner --dificulty 20', 'miner --dificulty 20', []],
    ['wallet send a 1 b --fee 2', 'wallet send a 1 b --fee 2', []],
    ['wallet new-address x --passphrase-file ./a=b',
      'wallet new-address x --passphrase-file ./a=b', []],
    ['wallet new-address -- difficulty=1', 'wallet new-address -- difficulty=1', []],
    ['status --json --data-dir d', 'status --json --data-dir d', []],
    ['miner peer= key_size=1 key_size=2', 'miner',
      [['peer', ''], ['key_size', '1'], ['key_size', '2']]],
  ])('%s', (words, rest, given) => {
    const split = splitArguments(words.split(' '));
    expect(split).toEqual({ rest: rest.split(' '), given });
  });

  test('needs a value after the name of a parameter', () => {
    expect(() => splitArguments(['miner', '--difficulty'])).toThrow(UserError);
  });
});
