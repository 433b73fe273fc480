/**
 * How two sets of chain parameters differ, in words. Owns: the names and units that people see.
 */
import { DIFFICULTY_BIT } from '../consensus/params.ts';
import type { ChainParams } from '../consensus/params.ts';
import { UNITS_PER_COIN } from '../consensus/types.ts';

/** The parameters as people write them, in the order of the encoding. */
export function paramsInWords(params: ChainParams): readonly (readonly [string, string])[] {
  const coins = params.blockReward / UNITS_PER_COIN;
  const units = (params.blockReward % UNITS_PER_COIN).toString().padStart(6, '0');
  const fraction = units.replace(/0+$/, '');
  return [
    ['network', params.network],
    ['difficulty', String(params.difficulty / DIFFICULTY_BIT)],
    ['block_size', String(params.blockSize)],
    ['block_reward', fraction === '' ? `${coins}` : `${coins}.${fraction}`],
    ['block_wait_seconds', String(params.blockWaitSeconds)],
    ['max_block_bytes', String(params.blockBytesMax)],
  ];
}

/** Such as "difficulty 20 (ours 24), block_reward 50 (ours 10)". */
export function differencesOf(theirs: ChainParams, ours: ChainParams): string {
  const own = new Map(paramsInWords(ours));
  return paramsInWords(theirs)
    .filter(([name, value]) => own.get(name) !== value)
    .map(([name, value]) => `${name} ${value} (ours ${own.get(name)})`)
    .join(', ');
}
