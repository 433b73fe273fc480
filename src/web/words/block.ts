/**
 * The texts of a block's page.
 */
export const BLOCK = {
  title: (height: string) => `Block ${height}`,
  titleUnknown: 'Block',
  genesis: 'The genesis block',
  about: {
    main: (depth: string) => `In the main chain, ${depth} deep.`,
    side: 'Beside the main chain: a rival got more work. Its payments count only where they are in '
      + 'the main chain too.',
    invalid: 'It breaks a rule, or was built on a block that does: every honest node refuses it.',
  },
  earlier: 'Block before',
  later: 'Block after',
  inChain: 'See it in the chain',
  facts: {
    id: 'Id', miner: 'Miner', stamped: 'Stamped', received: 'Came here', before: 'before this node '
      + 'started', payments: 'Payments', paid: 'Paid', fees: 'Fees', rewardTo: 'Reward to',
    size: 'Size', work: 'Work until here', rivals: 'Rivals', parent: 'Block before',
  },
  stampedNote: 'by its miner’s clock',
  tagNote: 'as it calls itself',
  bytes: (count: string) => `${count} bytes`,
  hashes: (count: string) => `${count} hashes expected`,

  hash: 'Its hash, computed on this page',
  hashSeeing: 'The 116 bytes of the header go through SHA-256, by the node’s own code in your '
    + 'browser; what comes out is the block’s id. It must begin with enough zero bits.',
  hashMatches: (ms: string) => `Computed here in ${ms}: it is the id that the node told.`,
  hashDiffers: 'Computed here, and it is not the id that the node told!',
  zeroBits: (found: string, wanted: string) => `${found}; at least ${wanted} are wanted.`,
  bitsLabel: (found: number, wanted: string) =>
    `The first bits of the hash: ${found} zeros, ${wanted} wanted`,
  headerBytes: 'The header, byte by byte',
  fields: {
    version: 'Version', height: 'Height', previous_id: 'Block before', merkle_root: 'Merkle root',
    time: 'Time (ms since 1970)', difficulty: 'Difficulty (1/65,536 bit)', tag: 'Miner’s tag',
    nonce: 'Nonce',
  },

  sandbox: 'Change something and see it break',
  sandboxSeeing: 'A copy of the header that is yours to spoil. Change a field, or press a byte to '
    + 'turn one of its bits over: the hash becomes another at once, and the rules tell. Nothing is '
    + 'sent to the network.',
  flip: (field: string) => `Turn over a bit of: ${field}`,
  flipText: 'Flip a bit',
  badField: 'This does not fit into the field.',
  reset: 'As it was',
  unchanged: 'Nothing is changed yet.',
  changed: 'The id was {old} and is now {new}.',
  orphaned: (height: string, count: string) => `Block ${height} names the old id as the block `
    + `before it: ${count} no longer hang on this one.`,
  rulesNow: 'What the rules say now',
  askRules: 'Asked of the node, which adds nothing to the chain.',

  search: 'Find a new nonce',
  searchStop: 'Stop',
  searchBits: 'Zero bits to find',
  searchHint: (bits: number, tries: string) => `${bits} zero bits take ${tries} tries on average.`,
  searching: (tried: string, rate: string) => `${tried} tries, ${rate}`,
  found: (tried: string, time: string) => `Found after ${tried} tries in ${time}.`,
  foundReal: (bits: string, times: string, page: string) =>
    `The network asks for ${bits} zero bits: ${times} times as much work, about ${page} on this `
    + 'page. ',
  foundEnough: (bits: string) => `That is as much as this network asks for (${bits} zero bits). `,
  foundMiner: (time: string) => `The miner here would need ${time}. `,
  foundChain: (count: string) => `And ${count} on top would have to be found again, while all the `
    + 'others go on: who wants to change the past must be faster than all of them together.',
  foundTip: 'And meanwhile all the others go on from the block that was not changed.',

  checks: 'The rules, one by one',
  checksSeeing: 'What every node checks before it takes a block.',
  holds: 'holds',
  broken: 'broken',
  transactions: 'What is in it',
  transactionsCaption: 'The transactions, in the order of the block; the reward is the last',
  columns: {
    id: 'Id', type: 'Kind', from: 'From', to: 'To', amount: 'Amount', fee: 'Fee',
    sequence: 'Sequence',
  },
  kinds: { payment: 'payment', reward: 'reward' },
  newMoney: 'new money',
  noTransactions: 'There is nothing in it.',
  noTransactionsNext: 'The genesis block pays nobody: money comes into the world by mining.',
} as const;
