/**
 * Goal: the miner's live lines tell peers apart, and that it rests. Method: a view with nothing in
 * it but peers.
 */
import { expect, test } from 'vitest';
import type { NodeView } from '../node/node.ts';
import { minerLines } from './miner-screen.ts';
import { Output } from './output.ts';

const { outColours } = new Output({ isJson: false, isVerbose: false, colour: 'never' });

type Peers = readonly (readonly [string, string])[];

/** The lines of a miner with these peers: a tag and an address each. */
function linesWith(peers: Peers, isPaused = false): string[] {
  const view = {
    miner: { state: 'looking' },
    chain: { tip: { id: 'ab'.repeat(32), header: { height: 0 } }, params: { network: 'lab' } },
    sync: { claimedHeight: 0, isDownloading: false },
    peers: peers.map(([tag, remote]) => ({ status: { tag }, remote })),
  } as unknown as NodeView;
  return minerLines({
    view, kernel: 'none', isPaused, hashes: 0n, rate: 0, now: 0, sendCommand: '',
  }, outColours);
}

function peersLine(peers: Peers): string {
  return linesWith(peers).at(-1)!;
}

test('names peers by their tags, and those of equal tags by their addresses', () => {
  expect(peersLine([['ada', '10.0.0.1:1'], ['bob', '10.0.0.2:1']])).toContain('peers 2 (ada, bob)');
  expect(peersLine([['ada', '127.0.0.1:1'], ['bob', '10.0.0.2:1'], ['ada', '127.0.0.1:2']]))
    .toContain('peers 3 (127.0.0.1:1, bob, 127.0.0.1:2)');
  expect(peersLine([['', '10.0.0.1:1']])).toContain('peers 1 (10.0.0.1:1)');
});

test('says that it rests, and how it goes on', () => {
  expect(linesWith([], true)[0]).toMatch(/PAUSED .* p goes on$/);
});
