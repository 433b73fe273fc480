/**
 * The texts of the projector's page.
 */
export const SCREEN = {
  title: 'Screen',
  block: 'Block',
  rate: 'Hash rate',
  peers: 'Nodes',
  waiting: 'Waiting payments',
  nothing: 'Waiting for the first event',
  leave: 'Leave the projector’s page',
  gone: 'The miner does not answer',
  joined: 'To join: mvb miner',
} as const;
