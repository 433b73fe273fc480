/**
 * The texts of a payment's page.
 */
export const PAYMENT = {
  title: (id: string) => `Payment ${id}`,
  titleReward: (id: string) => `Reward ${id}`,
  states: {
    pending: 'pending', confirmed: 'confirmed', superseded: 'not paid', replaced: 'replaced',
  },
  final: 'final',
  why: 'Where it stands',
  waits: 'It waits for a block.',
  notPaid: 'It will not be paid.',
  deep: (depth: number, final: number) => `${depth} of ${final} blocks deep`,
  deepFinal: (depth: string) => `${depth} deep, and final`,
  depthLabel: 'Depth until it is final',
  moves: '{amount} coins from {from} to {to}',
  rewardMoves: '{amount} coins, new money and fees, to {to}',
  steps: 'What has happened to it',
  stepsSeeing: 'From the signature to the depth at which it counts as final here.',
  made: 'signed by its payer',
  seen: 'heard of, or saved, here',
  inBlock: 'in block {block}',
  deepEnough: (final: number) => `${final} blocks deep: final`,
  takenOver: 'another payment took its place: {by}',
  soon: 'still to come',
  never: 'will not come',
  now: 'now',
  facts: {
    id: 'Id', from: 'From', to: 'To', amount: 'Amount', fee: 'Fee', sequence: 'Sequence',
    made: 'Signed', size: 'Size', key: 'Your key',
  },
  sequenceNote: 'payments that the account made before',
  madeNote: 'by the payer’s clock',
  details: 'Details',
} as const;

export const ADDRESS = {
  title: (address: string) => `Address ${address}`,
  about: 'Whoever has the private key of this address may spend what is on it.',
  unknown: 'Nobody has used this address on this chain yet.',
  unknownNext: 'A payment to it would make it known. An address has no check digits: compare all '
    + '64 digits before you pay, a typing error cannot be undone.',
  bad: 'This is not an address',
  badWhy: 'An address has 64 digits, 0 to 9 and a to f.',
  badNext: 'Look whether all of them were copied.',
  balance: 'Balance',
  pending: 'would come or go with what waits',
  payments: (count: string) => `${count} payments made`,
  qr: 'The address as a QR code',
  chart: 'Balance over time',
  chartSeeing: 'The balance after each block that changed it, for the part of the history that is '
    + 'listed below.',
  balanceLine: 'Balance',
  history: 'History',
  historyCaption: 'What came and went, newest first',
  columns: {
    height: 'Block', time: 'When', kind: 'Kind', id: 'Transaction', other: 'Other side',
    change: 'Change', balance: 'Balance after',
  },
  nothing: 'Nothing came or went yet.',
} as const;
