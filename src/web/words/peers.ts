/**
 * The texts of the page about peers. `{…}` is filled with an element.
 */
export const PEERS = {
  title: 'Peers',
  about: 'Who else is in this network, how far away, and which block each of them stands at.',

  graphTitle: 'Neighbours of this node',
  graphSeeing: 'This node is in the middle. The farther away a neighbour is drawn, the longer an '
    + 'answer takes; those of one part of the network stand together. A symbol and its colour '
    + 'stand for the newest block that a node has.',
  here: 'this node',
  tips: 'Newest blocks',
  tipLine: (count: number) => (count === 1 ? '1 node' : `${count} nodes`),
  tipHere: 'and this node',
  heardOnly: 'dashed: heard, but no link',
  other: 'another network',
  wallets: (count: number) => (count === 1 ? 'One wallet was heard, too: it is in the table alone.'
    : `${count} wallets were heard, too: they are in the table alone.`),
  notDrawn: (count: number) => `${count} more are in the table alone.`,
  empty: 'Nobody else is here yet.',
  emptyNext: 'How others join is below.',
  label: (name: string, words: string) => `${name}: ${words}`,
  sameComputer: 'this computer',

  tableTitle: 'All that were heard',
  tag: 'Calls itself',
  address: 'Address',
  link: 'Link',
  links: {
    outbound: 'opened here',
    inbound: 'opened there',
    none: 'heard only',
  },
  height: 'Height',
  tip: 'Newest block',
  latency: 'There and back',
  offset: 'Clock',
  offsetHint: 'Its clock minus the one here; the way of the message is in it',
  heard: 'Last heard',
  kind: 'Kind',
  miner: 'miner',
  wallet: 'wallet',
  network: 'Network',
  same: 'the same',
  differs: (differences: string) => `another: ${differences}`,
  unknown: '–',

  joinTitle: 'How another computer joins',
  joinLan: 'On the same local network a miner finds this one by itself:',
  command: 'mvb miner',
  joinElse: 'Elsewhere, or where the network drops broadcasts (guest Wi-Fi, some containers), it '
    + 'needs an address of this computer and the port of its block server:',
  addressLabel: 'Address of this computer, as the other one reaches it',
  addressPlaceholder: '192.168.1.20:2607',
  addressHint: 'The miner prints its addresses when it starts. 2607 is the usual port.',
  badAddress: 'Write an address and a port, such as 192.168.1.20:2607.',
  joinCommand: (address: string) => `mvb miner peer=${address}`,
  qr: 'The command as a QR code, for a phone to carry it over',
  sameChain: (network: string) => `Whoever joins takes over the parameters of ${network}.`,
} as const;
