/**
 * How large a network the simulator can carry.
 *
 * Owns: rows `sim/*`: the time for one node to take one block, events of virtual time in a second
 * of real time, and the memory that another node takes. What arrives at a node at one moment is one
 * event. Does not own: the simulator (`sim/scenario/`).
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { useProcessorHash } from '../platform/processor-hash.ts';
import { runScenario } from '../sim/scenario/run.ts';
import { DEFAULT_SCENARIO } from '../sim/scenario/scenario.ts';
import type { Scenario } from '../sim/scenario/scenario.ts';
import type { Bench, Row } from './row.ts';

const NODES = { tiny: 20, full: 1_000 } as const;
const BLOCKS = { tiny: 5, full: 100 } as const;
const MINERS = 20;
const MS_PER_SECOND = 1_000;
const US_PER_SECOND = 1_000_000;
/** 1,000 nodes and 10,000 blocks in a quarter of an hour. */
const NODE_BLOCK_US_MAX = 90;

export const simBench: Bench = {
  name: 'sim',
  run(size, say) {
    const [nodes, blocks] = [NODES[size], BLOCKS[size]];
    say(`sim: ${nodes} nodes, ${blocks} blocks`);
    useProcessorHash();
    const scenario: Scenario = {
      ...DEFAULT_SCENARIO, nodes, miners: MINERS, blockSeconds: 10,
      duration: { kind: 'blocks', blocks },
    };
    const before = heldBytes();
    let held: number | undefined;
    let begin = performance.now();
    const { events, foundBlocks } = runScenario(scenario, 1, {
      progress: (done) => {
        if (done <= 1 / 2 || held !== undefined) return;
        const pausedAt = performance.now();
        held = heldBytes();
        begin += performance.now() - pausedAt;
      },
    });
    const seconds = (performance.now() - begin) / MS_PER_SECOND;
    const note = `${nodes} nodes, ${foundBlocks} blocks, on one core`;
    const rows: Row[] = [
      {
        name: 'sim/node-and-block', value: (seconds * US_PER_SECOND) / (nodes * foundBlocks),
        unit: 'us', better: 'lower', target: NODE_BLOCK_US_MAX, note,
      },
      {
        name: 'sim/events-per-second', value: events / seconds, unit: 'events/s',
        better: 'higher', note,
      },
      {
        name: 'sim/bytes-per-node', value: Math.max(1, (held ?? 0) - before) / nodes, unit: 'bytes',
        better: 'lower', note,
      },
    ];
    return Promise.resolve(rows);
  },
};

/** Bytes that are in use, after a collection. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect(); // Buffers go with the second, after what held them.
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
