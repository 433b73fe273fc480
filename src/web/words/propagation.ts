/**
 * The texts of the page about how blocks spread. `{…}` is filled with an element.
 */
export const PROPAGATION = {
  title: 'Propagation',
  about: 'How long the news of a block takes from node to node, and what that delay costs.',

  rowsTitle: 'When each node had each block',
  rowsSeeing: 'Zero is the moment at which this node had the block. A symbol to the left of it is '
    + 'a neighbour that said so earlier, to the right one that said so later.',
  rowsClock: 'All times are by this node’s own clock: the moment at which a neighbour’s '
    + 'announcement came here. So no two clocks are compared, but the way of the announcement '
    + 'is in it. A rival of the newest block is fetched only when its branch gets ahead, so rivals '
    + 'come late.',
  empty: 'No block came since this node started.',
  emptyNext: 'Blocks that were there before cannot be timed. Wait for the next one.',
  noArrivals: 'nobody else told',
  axis: 'before and after this node',
  block: 'Block',
  miner: 'Found by',
  had: 'Here',
  own: 'found here',
  by: 'Neighbours',
  arrival: (name: string, when: string) => `${name}: ${when}`,
  before: (time: string) => `${time} before this node`,
  after: (time: string) => `${time} after this node`,
  atOnce: 'at the same time',
  notDrawn: (count: number) => `${count} announcements outside of the picture`,

  curveTitle: 'How the news spreads',
  curveSeeing: 'Of all nodes that told of a block, but the first: the share that had it so many '
    + 'milliseconds after the first one did.',
  curveEmpty: 'No neighbour has told of a block yet.',
  curveEmptyNext: 'Two nodes are needed, and one block.',
  share: 'Have the block',
  delay: 'After the first',
  half: (time: string) => `Half of them after ${time}`,
  most: (time: string) => `90 % after ${time}`,
  count: (news: number, blocks: number) => `${news} announcements of ${blocks} blocks`,

  heatTitle: 'Who hears late',
  heatSeeing: 'A row for each node, a column for each block, newest at the right: the stronger '
    + 'its colour, the later after the first node. A cross: first of all. Empty: it never told.',
  heatNode: 'Node',
  here: 'this node',
  first: 'first',
  silent: '–',
  cell: (name: string, height: string, what: string) => `${name}, block ${height}: ${what}`,
  legend: 'Delay',

  forkTitle: 'What delay costs: forks',
  forkSeeing: 'While a block is on its way, others still search for its rival. The longer the way '
    + 'and the shorter the time between blocks, the more work is lost.',
  measured: 'Measured',
  measuredValue: (stale: string, seen: string, share: string) =>
    `${stale} of ${seen} blocks lost: ${share}`,
  band: (low: string, high: string) => `95 % band ${low} to ${high}`,
  predicted: 'Expected',
  predictedValue: (share: string) => `1 − e^(−delay / interval) = ${share}`,
  numbers: 'With',
  numbersValue: (delay: string, interval: string) =>
    `a mean delay of ${delay} and a mean interval of ${interval}`,
  forkUnknown: 'One timed announcement and two blocks are needed for the expectation.',
  forkSource: 'The formula is that of Decker and Wattenhofer, “Information propagation in the '
    + 'Bitcoin network” (2013), with the mean delay in place of the integral over their curve.',
  forkWaits: 'Blocks here also wait for payments. All miners begin at the same payment then, so '
    + 'forks are more frequent than the formula says.',
  nothingSeen: 'no block was seen yet',
} as const;
