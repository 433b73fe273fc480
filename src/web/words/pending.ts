/**
 * The texts of the page about payments that wait.
 */
export const PENDING = {
  title: 'Pending',
  about: 'Payments that this node knows and no block has yet, and why.',

  nextTitle: 'The next block',
  nextSeeing: 'Each square is a payment that the next block would take, best fee first; dashed '
    + 'squares are places that must be filled before anybody can find the block.',
  blockOf: (height: string) => `Block ${height}`,
  reward: 'The reward for its miner',
  slot: (amount: string, fee: string) => `${amount} coins, fee ${fee}`,
  later: 'Waits for something else than a block',
  free: 'A place for one more payment',
  more: (count: string) => `and ${count} more`,
  searching: 'It is being searched for now.',
  paused: 'It could be searched for, but mining here is paused.',
  notMining: 'This node does not mine: another one must find it.',
  otherwise: 'It is not searched for yet.',
  missing: (count: number) => (count === 1 ? 'One more payment is needed.'
    : `${count} more payments are needed.`),
  partial: (wait: string) => ` Or ${wait} of patience: then a smaller block is valid.`,
  partialNow: ' A smaller block is valid by now.',
  noPartial: '',
  fill: (ready: number, needed: number) => `${ready} of ${needed} payments`,

  listTitle: 'Waiting',
  listSeeing: 'In the order in which blocks would take them.',
  empty: 'No payment waits.',
  emptyNext: 'Whatever is sent now is here until a block has it.',
  send: 'Make a payment',
  payment: 'Payment',
  amount: 'Amount',
  fee: 'Fee',
  age: 'Age',
  from: 'From',
  to: 'To',
  why: 'Why it waits',

  refusedTitle: 'Refused',
  refusedSeeing: 'Payments that came to this node lately and break a rule. They are kept for this '
    + 'list alone, and passed on to nobody.',
  refusedEmpty: 'Nothing was refused.',
  refusedEmptyNext: 'A payment that breaks a rule would be named here, with the rule.',
  rule: 'Rule',
  when: 'When',
} as const;
