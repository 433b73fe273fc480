/**
 * The chain as it is now, for every page: read once, then kept up to date by the event stream.
 *
 * Owns: reading, listening, and noticing that the miner is gone or back.
 * Does not own: what an event changes (`live-state.ts`).
 */
import { computed, signal } from '@preact/signals';
import type { ChainEvent } from '../api/schema/events.ts';
import { node } from './node.ts';
import { NOTHING_KNOWN, RECENT_HEIGHTS, withEvent, withReading } from './live-state.ts';
import type { LiveState, Reading } from './live-state.ts';

/** (policy) A page that nobody looks at gives its connection back: a browser has six for a site. */
const HIDDEN_MS_MAX = 20_000;
const FIRST_READ_MS = 250;
/** (policy) A wait before all is read again when several events ask for it. */
const READ_AGAIN_MS = 300;
/** (policy) A difference between clocks that is not just the way of a message. */
const SKEW_MS_MIN = 2_000;
/** (policy) A banner is for losses, not for hiccups. */
const LOST_MS_MIN = 1_500;

const state = signal<LiveState>(NOTHING_KNOWN);

export const status = computed(() => state.value.status);
export const recentBlocks = computed(() => state.value.blocks);
export const peers = computed(() => state.value.peers);
export const rates = computed(() => state.value.rates);
export const happenings = computed(() => state.value.happenings);

/** Whether the node answers: lost when it has not for a while. */
export const connection = signal<'connecting' | 'open' | 'lost'>('connecting');
/** Why the first reading failed; undefined once anything was read. */
export const firstFailure = signal<Error | undefined>(undefined);

/** (policy) A list is read again at most so often, however much happens. */
const CHANGE_MS_MIN = 500;

/** Grow when something of their kind changed: pages read their lists again then. */
export const changes = {
  blocks: signal(0),
  payments: signal(0),
  peers: signal(0),
} as const;

type Change = keyof typeof changes;
/** Kinds that changed a moment ago, and whether they have changed again. */
const resting = new Map<Change, boolean>();

function changed(kind: Change): void {
  if (resting.has(kind)) {
    resting.set(kind, true);
    return;
  }
  changes[kind].value += 1;
  resting.set(kind, false);
  window.setTimeout(() => {
    const isAgain = resting.get(kind) === true;
    resting.delete(kind);
    if (isAgain) changed(kind);
  }, CHANGE_MS_MIN);
}

/** The node's present, each second: ages on a page grow by it. */
export const now = signal(Date.now());
/** The node's clock minus this computer's. */
let skewMs = 0;

let listening: AbortController | undefined;
let lastEventId: string | undefined;
let lostTimer: number | undefined;
let readTimer: number | undefined;
let hiddenTimer: number | undefined;

export function startLive(): void {
  window.setInterval(() => {
    if (document.visibilityState === 'visible') now.value = Date.now() + skewMs;
  }, 1_000);
  document.addEventListener('visibilitychange', onVisibility);
  listen();
  // Once the stream is there nothing is missed, so that comes first, unless it takes too long.
  readSoon(FIRST_READ_MS);
}

function onVisibility(): void {
  window.clearTimeout(hiddenTimer);
  if (document.visibilityState === 'visible') {
    now.value = Date.now() + skewMs;
    if (listening === undefined) listen();
  } else {
    hiddenTimer = window.setTimeout(() => {
      listening?.abort();
      listening = undefined;
    }, HIDDEN_MS_MAX);
  }
}

function listen(): void {
  const controller = new AbortController();
  listening = controller;
  void (async () => {
    const after = lastEventId === undefined ? {} : { after: lastEventId };
    const { signal: ended } = controller;
    for await (const event of node.events({ ...after, signal: ended, onConnection })) {
      lastEventId = event.id;
      onEvent(event);
    }
  })();
}

function onConnection(isConnected: boolean): void {
  window.clearTimeout(lostTimer);
  if (isConnected) {
    connection.value = 'open';
    // What happened before the stream was there is in no event.
    readSoon(0);
  } else {
    lostTimer = window.setTimeout(() => {
      connection.value = 'lost';
    }, LOST_MS_MIN);
  }
}

/** Ages are by the node's clock, which may not be that of the computer that looks. */
function compareClocks(nodesNow: number): void {
  const skew = nodesNow - Date.now();
  skewMs = Math.abs(skew) < SKEW_MS_MIN ? 0 : skew;
  now.value = Date.now() + skewMs;
}

function onEvent(event: ChainEvent): void {
  if (event.kind === 'status') compareClocks(event.data.now_ms);
  state.value = withEvent(state.value, event);
  if (event.kind === 'block') changed('blocks');
  if (event.kind === 'payment') changed('payments');
  if (event.kind === 'peer') changed('peers');
  if (event.kind === 'reset' || event.kind === 'reorg') readSoon(READ_AGAIN_MS);
}

function readSoon(delayMs: number): void {
  window.clearTimeout(readTimer);
  readTimer = window.setTimeout(() => void readAll(), delayMs);
}

async function readAll(): Promise<void> {
  try {
    const read = await reading();
    compareClocks(read.status.now_ms);
    state.value = withReading(state.value, read);
    firstFailure.value = undefined;
    for (const kind of Object.keys(changes) as Change[]) changed(kind);
  } catch (error) {
    if (state.value.status === undefined) firstFailure.value = error as Error;
  }
}

async function reading(): Promise<Reading> {
  const [read, blocks, mining, neighbours] = await Promise.all([
    node.status(), node.blocks({ limit: RECENT_HEIGHTS }), node.mining(),
    node.peers({ limit: 100 }),
  ]);
  const tree = await node.tree({
    from: Math.max(0, read.height - RECENT_HEIGHTS + 1), to: read.height,
  });
  return {
    status: read, blocks: blocks.items, tree, peers: neighbours.items, rates: mining.rates,
  };
}
