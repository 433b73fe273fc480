/**
 * The texts of the chain's page.
 */
export const CHAIN = {
  title: 'Chain',
  about: 'Every block this node knows, also those that lost.',
  tree: 'The tree of blocks',
  seeing: 'Time runs to the right, one column for each height. The upper line is the chain that '
    + 'counts; blocks that lost hang below it, crossed. Colour and symbol tell the miner, flags '
    + 'tell where each node stands.',
  overviewSeeing: (heights: string) => `From so far away each bar stands for ${heights} heights; `
    + 'its height is the average time between their blocks. Zoom in to see single blocks.',
  overviewTitle: 'The chain from far away',
  keys: 'With the keyboard: arrow keys go from block to block, + and − zoom, Home and End go to '
    + 'the ends, Enter opens a block, Space keeps it to be compared with another, Escape lets go.',
  hint: 'Drag to move. Ctrl and the wheel, or two fingers, zoom. Press two blocks to compare them.',
  label: (from: string, to: string) => `Blocks ${from} to ${to}`,
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  earlier: 'Earlier blocks',
  later: 'Later blocks',
  newest: 'Newest',
  whole: 'Whole chain',
  goTo: 'Go to height',
  go: 'Go',
  replay: 'Replay',
  stop: 'Stop',
  slider: 'Blocks that had come',
  replayAt: (count: number, of: number, time: string) => `${count} of ${of}, ${time}`,
  replayEnd: 'Back to now',
  hidden: (count: string) => `${count} more on branches for which there is no room.`,
  cut: 'There are more blocks here than are drawn.',
  block: (height: string, miner: string, standing: string) =>
    `Block ${height} by ${miner}, ${standing}`,
  standing: { main: 'main chain', side: 'lost', invalid: 'against the rules' },
  legend: 'Miners',
  columns: {
    height: 'Height', id: 'Block', miner: 'Miner', standing: 'Standing', time: 'Stamped',
    from: 'From', to: 'To', interval: 'Average interval', node: 'Node', tip: 'Newest block',
  },
  tableCaption: 'The blocks in the picture',
  flagsCaption: 'Where nodes stand',
  nodes: 'Where nodes stand',
  nodesSeeing: 'The newest block of this node and of each neighbour.',

  empty: 'There is only the genesis block.',
  emptyNext: 'The first block is found by mining:',
  picked: 'Block {block} by {miner}',
  pickedOpen: 'Open it',
  pickedNext: 'Press another block to compare the two.',
  compare: 'Two blocks compared',
  compareSame: 'Both are in one chain: {low} is {count} before {high}.',
  compareFork: '{a} and {b} part after block {fork}.',
  compareFar: 'Their chains part further back than is looked here.',
  branch: (count: number) => (count === 1 ? '1 block of its own' : `${count} blocks of its own`),
  onlyIn: (count: number) => (count === 1 ? '1 payment only here' : `${count} payments only here`),
  noneOnly: 'No payment that the other has not',
  both: (count: number) => (count === 1 ? '1 payment is in both.'
    : `${count} payments are in both.`),
  morePayments: 'and more',
  letGo: 'Let go',
  reorgs: 'When the chain changed its mind',
  reorgsSeeing: 'Each line is a branch that got more work than the one that counted before.',
  reorgsEmpty: 'It has not, since this node started.',
  reorgsEmptyNext: 'Two miners that find a block at the same moment make a fork; the next block '
    + 'decides it.',
  reorgColumns: {
    at: 'When', fork: 'Fork at', lost: 'Lost', won: 'Won', returned: 'Payments that wait again',
  },
} as const;
