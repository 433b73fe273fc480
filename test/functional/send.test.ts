/**
 * `mvb wallet send` as a process: what it refuses, and that what it accepts is never lost or made
 * twice. Method: real processes on a network of their own.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Network } from './support.ts';
import type { Place, Program } from './support.ts';

const SOMEBODY = 'cd'.repeat(32);

describe('mvb wallet send', () => {
  let network: Network;
  let place: Place;
  let miner: Program;

  beforeEach(async () => {
    network = await Network.create({ block_size: 5 });
    place = network.place('a');
    miner = place.start('miner');
    await miner.says(/mined new block! height=1 /);
  });
  afterEach(async () => {
    await network.close();
  });

  it('refuses more than there is, with the height and the age of the store', async () => {
    await place.ok('wallet', 'send', 'mining_rewards', '8', SOMEBODY);
    const tooMuch = ['wallet', 'send', 'mining_rewards', '2.5', SOMEBODY];
    const { code, stderr, stdout } = await place.run(...tooMuch);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch('mining_rewards has 10 (8 of it pending), you want to send 2.5.');
    expect(stderr).toMatch(/By the blockchain here: block 1, \d+ s old\./);
    const json = await place.run(...tooMuch, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, code: 'INSUFFICIENT_FUNDS' });
  });

  it('refuses what is no key, no address or no amount, and sends nothing', async () => {
    const wrong = [
      ['mining_reward', '1', SOMEBODY], ['mining_rewards', '0', SOMEBODY],
      ['mining_rewards', '1e3', SOMEBODY], ['mining_rewards', '0.0000001', SOMEBODY],
      ['mining_rewards', '1', 'nobody'], [SOMEBODY, '1', SOMEBODY],
    ];
    const results = await Promise.all(wrong.map((words) => place.run('wallet', 'send', ...words)));
    expect(results.map(({ code }) => code)).toEqual(wrong.map(() => 2));
    expect((await place.funds('mining_rewards')).pending).toBe('+0.000000');
  });

  it('makes every payment of commands that run at the same time', async () => {
    const sends = ['1', '1', '1', '1'].map(
      (amount) => place.run('wallet', 'send', 'mining_rewards', amount, SOMEBODY),
    );
    const results = await Promise.all(sends);
    expect(results.map(({ code, stderr }) => [code, stderr])).toEqual(sends.map(() => [0, '']));
    await miner.says(/mined new block! height=2 id=[0-9a-f]{64} payments=4 /);
    await place.settles('mining_rewards', '16');
  });

  it('replaces a pending payment for a higher fee only', async () => {
    const send = (amount: string): string[] =>
      ['wallet', 'send', 'mining_rewards', amount, SOMEBODY];
    const [, old] = /payment ([0-9a-f]{64})/.exec(await place.ok(...send('9')))!;
    const cheap = await place.run(...send('1'), '--replace', old!);
    expect(cheap.code).toBe(1);
    expect(cheap.stderr).toMatch('--fee 0.000001');
    await place.ok(...send('1'), '--replace', old!.slice(0, 8), '--fee', '0.5');
    expect((await place.funds('mining_rewards')).pending).toBe('-1.500000');
    expect(await place.ok('wallet', 'why', old!)).toMatch(/Your payment [0-9a-f]{8} stands for it/);
  });

  it('says with --json what it sent', async () => {
    const sent = JSON.parse(
      await place.ok('wallet', 'send', 'mining_rewards', '1.5', SOMEBODY, '--fee', '0.1', '--json'),
    ) as Record<string, unknown>;
    expect(sent).toMatchObject({ ok: true, to: SOMEBODY, amount: '1.5', fee: '0.1', sequence: 0 });
    const payment = JSON.parse(await place.ok('payment', String(sent['id']), '--json')) as object;
    expect(payment).toMatchObject({ status: 'pending', amount: '1.5' });
  });
});
