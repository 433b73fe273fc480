/**
 * The texts of the lessons. `{…}` is filled with a link or a command.
 */
import type { Lesson } from '../../api/schema/network.ts';

type LessonName = Lesson['name'];

export const LEARN = {
  title: 'Learn',
  about: 'Eight steps through a blockchain, on the real one. The chain itself ticks them off.',
  progress: (done: number, all: number) => `${done} of ${all} steps done`,
  done: 'done',
  open: 'to do',
  proof: (what: string) => `Ticked because ${what}.`,
  see: 'See it',
  justDone: (title: string) => `Step done: ${title}`,
  allDone: 'All eight: you have seen what most who speak of blockchains have not.',

  nonceStart: 'Search for 12 zero bits',
  nonceAgain: 'Search again',
  nonceStop: 'Stop',
  nonceTried: (tried: string, rate: string) => `${tried} tries at ${rate}`,
  nonceFound: (tried: string, time: string) => `Found after ${tried} tries in ${time}. 4 096 are `
    + 'the average; chance made it more or fewer.',
  nonceReal: (bits: string, times: string) =>
    `A block here needs ${bits} zero bits: ${times} times as many tries.`,
  nonceRealLess: (bits: string) => `A block here needs ${bits} zero bits.`,
  tamperStart: 'Turn over one bit of the newest block',
  tamperAgain: 'Another bit',
  tamperWhat: (field: string) => `One bit of “${field}” was turned over, in a copy.`,
  tamperBefore: 'The hash was',
  tamperAfter: 'and is now',
  tamperBroken: (rules: string) => `Broken: ${rules}.`,
  tamperLucky: 'By great luck this header keeps all the rules. Try another bit.',
} as const;

interface LessonWords {
  readonly title: string;
  /** Two sentences: what, and why it matters. */
  readonly text: string;
  /** A page where it can be done, or a command. */
  readonly link?: readonly [label: string, href: string];
  readonly how?: string;
  readonly commands?: readonly string[];
}

export const LESSONS: Readonly<Record<LessonName, LessonWords>> = {
  'address': {
    title: 'Make an address',
    text: 'An address is the hash of a public key, and whoever has the private key can spend what '
      + 'was paid to it. Nobody hands it out and nobody can take it back, so the key file is all.',
    link: ['Make one in the wallet', '/wallet'],
    commands: ['mvb wallet new-address alice'],
  },
  'reward': {
    title: 'Earn a reward',
    text: 'Who finds a block pays a reward to an address of their own, out of nothing: that is how '
      + 'all of this money came to be. The rules fix how much, and everybody checks.',
    link: ['Watch the miner', '/mining'],
    commands: ['mvb miner'],
  },
  'payment': {
    title: 'Make a payment',
    text: 'A payment says from whom, to whom, how much, and its number in the payer’s order, and '
      + 'it is signed. It costs no permission: any node that hears it checks it and passes it on.',
    link: ['Send something', '/wallet'],
    commands: ['mvb wallet send mining_rewards 1 alice'],
  },
  'block': {
    title: 'See it in a block',
    text: 'A payment counts once a block has it, and each block on top makes it harder to undo. '
      + 'Until then it waits: for a full block, for a miner, for luck.',
    link: ['Why it waits', '/pending'],
  },
  'nonce': {
    title: 'Find a nonce',
    text: 'A block is valid only when its hash begins with enough zero bits, and nothing helps but '
      + 'to try one nonce after the other. Finding takes thousands of tries, checking takes one: '
      + 'your browser does here what the miner does, on the newest block’s header.',
  },
  'tamper': {
    title: 'Change the past',
    text: 'Every byte of a block goes into its hash, so the smallest change makes another hash, '
      + 'which no longer begins with enough zeros. And the next block names the old hash: all that '
      + 'came later would have to be found again.',
  },
  'fork': {
    title: 'See a fork',
    text: 'When two miners find a block at nearly the same time, both are right for a while: the '
      + 'branch that gets more work wins, and the other one’s payments wait again. So wait for a '
      + 'few blocks before you believe a large payment.',
    how: 'To make one: let two miners lose sight of each other (pull a cable, leave the Wi-Fi), '
      + 'make a payment on each side, wait for a block on each, then join them again. The chain '
      + 'shows both branches, and which one lost. The simulator does it a hundred times over.',
    link: ['Look at the chain', '/chain'],
    commands: ['mvb simulate forks'],
  },
  'double-spend': {
    title: 'Spend the same money twice',
    text: 'Two payments with the same number in one account’s order cannot both count: whichever '
      + 'is in the chain takes the other’s place. That is the whole trick, which needs no bank.',
    how: 'To try it: send a payment, and while it waits press “Raise the fee” beside it. The '
      + 'second one replaces the first, and of the two the chain will have one. Every node '
      + 'decides so by itself.',
    link: ['Replace a waiting payment', '/wallet'],
  },
};
