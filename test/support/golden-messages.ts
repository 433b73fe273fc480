/**
 * One message of each kind with fields that a reader can find in its bytes.
 *
 * Owns: what `test/golden/message-vectors.json` is made of. Does not own: their bytes.
 */
import { encodeBlock } from '../../src/consensus/encoding.ts';
import { genesisBlock, networkIdOf } from '../../src/consensus/params.ts';
import type { BlockId, TransactionId } from '../../src/consensus/types.ts';
import type { Message, Status } from '../../src/protocol/messages.ts';
import { addressOfSigner, BlockFactory, EASY_PARAMS } from './block-factory.ts';
import { toySigner } from './toy-signatures.ts';

const ID_1 = '11'.repeat(32);
const ID_2 = '22'.repeat(32);

/** Each with its name, in the order of the numbers on the wire. */
export function goldenMessages(): (readonly [string, Message])[] {
  const factory = new BlockFactory(EASY_PARAMS);
  const genesis = genesisBlock(EASY_PARAMS);
  const [alice, bob] = [toySigner('alice'), toySigner('bob')];
  const payment = factory.pay({
    from: alice, to: addressOfSigner(bob), amount: 1_500_000n, fee: 10_000n, sequence: 3,
    time: 1_700_000_000_000,
  });
  const block = factory.block(genesis, { payments: [payment] });
  const status: Status = {
    session: '0123456789abcdef', params: EASY_PARAMS, tipId: block.id, height: 1, work: 32n,
    blockServerPort: 2607, tag: 'miner-7', waiting: 2, time: 1_700_000_001_000,
  };
  const networkId = networkIdOf(EASY_PARAMS);
  return [
    ['status', { kind: 'status', ...status }],
    ['payment', { kind: 'payment', networkId, bytes: payment.bytes }],
    ['hello', { kind: 'hello', versionMin: 1, versionMax: 1, ...status }],
    ['getHeaders', { kind: 'getHeaders', locator: [block.id, genesis.id] }],
    ['headers', { kind: 'headers', headers: [block.header] }],
    ['headers, none', { kind: 'headers', headers: [] }],
    ['getBlocks', { kind: 'getBlocks', ids: [ID_1 as BlockId, ID_2 as BlockId] }],
    ['block', { kind: 'block', bytes: encodeBlock(block) }],
    ['notFound', { kind: 'notFound', id: ID_1 as BlockId }],
    ['ping', { kind: 'ping', token: 258 }],
    ['pong', { kind: 'pong', token: 258 }],
    ['getPayment', { kind: 'getPayment', id: ID_2 as TransactionId }],
    ['paymentReport', {
      kind: 'paymentReport', id: ID_2 as TransactionId, state: 'waiting', height: 0, reason: 'gap',
      ready: 1, needed: 5,
    }],
  ];
}
