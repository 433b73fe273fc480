/**
 * The texts of the first page. `{…}` is filled with a link or a sign.
 */
export const LIVE = {
  title: 'Live',
  strip: 'The newest blocks',
  stripSeeing: 'Left of the line is the block that comes next; right of it is what is done, newest '
    + 'first. Blocks that lost against a rival hang below.',
  blockLabel: (height: string, miner: string, isLost: boolean) =>
    `Block ${height} by ${miner}${isLost ? ', lost' : ''}`,
  ghostLabel: (height: string, payments: string) => `Next block, ${height}: ${payments}`,
  next: 'next',
  payments: (ready: number, needed: number) => `${ready}/${needed} payments`,
  paymentsOf: (count: number) => (count === 1 ? '1 payment' : `${count} payments`),
  firstBlock: 'pays its miner',
  genesis: 'genesis',
  lost: 'lost',
  inChain: 'main chain',
  columns: {
    height: 'Height', id: 'Block', miner: 'Miner', payments: 'Payments', paid: 'Paid',
    standing: 'Standing', time: 'When',
  },

  whatNext: 'What happens next',
  states: {
    mining: 'Mining block {height}',
    waiting: 'Waiting for payments for block {height}',
    waitingOther: 'Waiting, for block {height}',
    paused: 'Mining is paused',
    stopped: 'Mining stands still',
  },
  notMining: 'This node does not mine',
  notMiningNext: 'It shows what others find. To mine here:',
  minerCommand: 'mvb miner',
  expected: (elapsed: string, expected: string) => `${elapsed} of about ${expected}`,
  luck: (percent: string) => `${percent} of blocks are found by now`,
  luckLabel: 'Share of blocks that are found sooner than this one',
  missing: (count: number) => (count === 1 ? 'One more payment is needed'
    : `${count} more payments are needed`),
  partial: (wait: string) => `, or ${wait} of patience: then a smaller block is valid.`,
  partialNow: ', and a smaller block is valid by now.',
  noPartial: ' before a block can be found.',
  makeOne: 'Make a payment',
  resume: 'Go on under Mining',
  onTerminal: 'or in a terminal:',
  sendCommand: 'mvb wallet send mining_rewards 1 alice',

  rate: 'Hash rate',
  rateLabel: 'Hash rate of the last minutes',
  rateNow: 'Hashes each second',
  noRate: 'Nothing is hashed at the moment.',
  earned: (blocks: string, coins: string) => `${blocks} found here, ${coins} coins earned`,

  peers: 'Neighbours',
  peersLabel: 'Neighbours',
  peersSame: 'All have the newest block.',
  peersBehind: (count: number, of: number) => `${count} of ${of} have the newest block.`,
  sameTip: 'has the newest block',
  otherTip: (height: string) => `stands at ${height}`,
  alone: 'Nobody else is here yet.',
  aloneNext: 'On another computer of this network:',
  heard: (count: number) => (count === 1 ? 'One more was heard, without a link.'
    : `${count} more were heard, without a link.`),

  happened: 'What just happened',
  nothingHappened: 'Nothing yet.',
  nothingHappenedNext: 'The first block and the first payment will be told here.',
  happenings: {
    block: 'Block {block} by {miner}',
    lostBlock: 'Block {block} by {miner}, beside the main chain',
    reorg: 'The chain changed its mind: {lost} gave way to {won}, from height {height} on',
    waiting: 'A payment of {amount} waits for a block: {payment}',
    confirmed: 'Payment {payment} of {amount} is in block {height}',
    returned: 'Payment {payment} of {amount} waits again: its block lost',
    refused: 'Payment {payment} of {amount} was refused: {code}',
    joined: '{peer} is here',
    left: '{peer} is gone',
  },
} as const;
