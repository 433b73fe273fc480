/**
 * Goal: listeners hear what happens, once and in order, no more than they can read, and nothing of
 * it is made for nobody or disturbs the node.
 * Method: a real node, answers that remember what was written, a clock by hand.
 */
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ApiScene } from '../../test/support/api-scene.ts';
import { EventFeed } from './event-feed.ts';
import { EVENT_BACKLOG_MAX, HEARTBEAT_MS, STREAM_BYTES_MAX, STREAMS_MAX } from './limits.ts';
import { ProblemError } from './problem.ts';
import { EVENTS } from './schema/events.ts';

/** An answer that keeps what is written. */
class Listener extends EventEmitter {
  writableLength = 0;
  text = '';
  isDestroyed = false;

  writeHead(): this {
    return this;
  }

  write(bytes: Uint8Array | string): boolean {
    this.text += Buffer.from(bytes as string).toString();
    return true;
  }

  end(): void {
    this.emit('close');
  }

  destroy(): void {
    this.isDestroyed = true;
    this.emit('close');
  }

  /** Kind, id and data of each event so far. */
  get events(): { kind: string; id: string; data: unknown }[] {
    return [...this.text.matchAll(/event: (\w+)\nid: (\S+)\ndata: (.*)\n\n/g)]
      .map(([, kind, id, data]) => ({ kind: kind!, id: id!, data: JSON.parse(data!) as unknown }));
  }

  get kinds(): string[] {
    return this.events.map(({ kind }) => kind);
  }
}

function feedOf(scene = new ApiScene()) {
  const { source, observed, blocks, clock } = scene;
  const feed = new EventFeed({ source, observed, blocks, clock });
  const open = (lastId?: string, method = 'GET'): Listener => {
    const listener = new Listener();
    const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
    feed.open({ method, headers } as unknown as IncomingMessage,
      listener as unknown as ServerResponse);
    return listener;
  };
  return { scene, feed, open };
}

describe('a listener', () => {
  it('hears at once how things are, and then what happens, in the declared shapes', async () => {
    const { scene, feed, open } = feedOf();
    const one = open();
    expect(one.kinds).toEqual(['status']);
    scene.pay();
    scene.mine();
    await scene.join('neighbour');
    await scene.reorganise(1);
    scene.observed.rates.add({ at: scene.clock.now(), rate: 3 });
    feed.tick();
    expect(new Set(one.kinds)).toEqual(
      new Set(['status', 'payment', 'block', 'peer', 'reorg', 'hashrate']));
    for (const { kind, data } of one.events) EVENTS[kind as keyof typeof EVENTS].parse(data);
    const payments = one.events.filter(({ kind }) => kind === 'payment')
      .map(({ data }) => (data as { kind: string }).kind);
    expect(payments).toEqual(['waiting', 'confirmed', 'returned']);
  });

  it('hears the status again when something of it changed, not because time passes', () => {
    const { scene, feed, open } = feedOf();
    const one = open();
    feed.tick();
    const count = one.kinds.length;
    scene.clock.advance(1_000);
    scene.kernel.hashes = 5n;
    feed.tick();
    expect(one.kinds.length).toBe(count);
    scene.mine();
    feed.tick();
    expect(one.kinds.at(-1)).toBe('status');
  });

  it('has a number for each event, and all have the same', () => {
    const { scene, open } = feedOf();
    const [one, two] = [open(), open()];
    for (let index = 0; index < 5; index++) scene.pay();
    const ids = one.events.slice(1).map(({ id }) => id);
    expect(ids).toEqual(two.events.slice(1).map(({ id }) => id));
    expect(new Set(ids).size).toBe(5);
  });

  it('is spoken to in silence', () => {
    const { scene, feed, open } = feedOf();
    const one = open();
    feed.tick();
    one.text = '';
    scene.clock.advance(HEARTBEAT_MS);
    feed.tick();
    expect(one.text).toContain(':\n\n');
  });

  it('that does not read is cut, and others are not', () => {
    const { scene, feed, open } = feedOf();
    const [lazy, other] = [open(), open()];
    lazy.writableLength = STREAM_BYTES_MAX + 1;
    scene.pay();
    expect([lazy.isDestroyed, other.isDestroyed, feed.streams]).toEqual([true, false, 1]);
    expect(other.kinds).toContain('payment');
  });

  it('who asks for the head alone hears nothing', () => {
    const { feed, open } = feedOf();
    expect(open(undefined, 'HEAD').text).toBe('');
    expect(feed.streams).toBe(0);
  });

  it('is refused when there are too many', () => {
    const { feed, open } = feedOf();
    for (let index = 0; index < STREAMS_MAX; index++) open();
    expect(() => open()).toThrow(ProblemError);
    expect(feed.streams).toBe(STREAMS_MAX);
  });
});

describe('whoever comes again', () => {
  it('hears exactly what was missed, from any event on', () => {
    const { scene, open } = feedOf();
    const one = open();
    for (let index = 0; index < 10; index++) scene.pay();
    const all = one.events.slice(1);
    all.forEach(({ id }, index) => {
      const again = open(id).events.slice(0, -1);
      expect(again).toEqual(all.slice(index + 1));
    });
  });

  it('hears it a minute long after the last one left, and then begins again', () => {
    const { scene, feed, open } = feedOf();
    const one = open();
    const { id } = one.events[0]!;
    one.end();
    scene.pay();
    scene.clock.advance(59_000);
    feed.tick();
    const again = open(id);
    expect(again.kinds).toContain('payment');
    again.end();
    scene.clock.advance(60_000);
    feed.tick();
    scene.pay();
    expect(open(id).kinds).toEqual(['reset', 'status']);
  });

  it('begins again when more was missed than is kept', () => {
    const { scene, open } = feedOf();
    const one = open();
    const first = one.events[0]!.id;
    const { observed } = scene;
    const reorg = {
      at: 0, forkHeight: 1, disconnected: [], connected: [], disconnectedCount: 1,
      connectedCount: 1, returned: 0,
    };
    for (let index = 0; index < EVENT_BACKLOG_MAX; index++) {
      observed.onNews({ kind: 'reorg', reorg });
    }
    expect(open(first).kinds).toHaveLength(EVENT_BACKLOG_MAX + 1);
    observed.onNews({ kind: 'reorg', reorg });
    expect(open(first).kinds).toEqual(['reset', 'status']);
  });

  it.each(['', 'x', '-', 'x-1', '-1', '1', 'NaN-NaN'])('begins again with %j', (id) => {
    const { open } = feedOf();
    open();
    expect(open(id).kinds).toEqual(['reset', 'status']);
  });

  it('begins again with an id of the future', () => {
    const { open } = feedOf();
    const run = open().events[0]!.id.split('-')[0]!;
    expect(open(`${run}-1`).kinds).toEqual(['reset', 'status']);
    expect(open(`${run}-0`).kinds).toEqual(['status']);
  });
});

describe('too much', () => {
  it('of blocks becomes one reset, and then it goes on', () => {
    const { scene, feed, open } = feedOf();
    const one = open();
    for (let index = 0; index < 150; index++) {
      scene.observed.sideBlock(scene.chain.block(scene.chain.tip.id)!, 'peer');
    }
    const blocks = one.kinds.filter((kind) => kind === 'block').length;
    expect(blocks).toBeLessThan(150);
    expect(blocks).toBeGreaterThan(49);
    scene.pay();
    expect(one.kinds).not.toContain('payment');
    feed.tick();
    expect(one.kinds.filter((kind) => kind === 'reset')).toHaveLength(1);
    scene.pay();
    expect(one.kinds).toContain('payment');
  });
});

describe('a node', () => {
  it('makes no events for nobody', () => {
    const { scene, feed, open } = feedOf();
    for (let index = 0; index < 5; index++) scene.pay();
    feed.tick();
    expect(open().events[0]!.id).toMatch(/-0$/);
  });

  it('is not disturbed when telling fails', () => {
    const scene = new ApiScene();
    const { source, observed, clock } = scene;
    const blocks = { summary: () => {
      throw new Error('a fault of a view');
    } };
    const feed = new EventFeed({ source, observed, blocks: blocks as never, clock });
    const one = new Listener();
    feed.open({ method: 'GET', headers: {} } as never, one as never);
    scene.mine();
    expect(scene.chain.tip.header.height).toBe(13);
    expect(scene.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    feed.tick();
    // Whoever listens knows that something was not told.
    expect(one.kinds).toContain('reset');
  });

  it('says nothing after the end', () => {
    const { scene, feed, open } = feedOf();
    const one = open();
    feed.stop();
    scene.pay();
    expect([feed.streams, one.kinds]).toEqual([0, ['status']]);
  });
});
