/**
 * Goal: `/metrics` is what Prometheus reads, by its own rules of format and of names, and every
 * figure is the node's.
 * Method: a reader of the text format of our own, with the rules of `promtool check metrics`.
 */
import { describe, expect, it } from 'vitest';
import { ApiScene } from '../../test/support/api-scene.ts';
import { EventFeed } from './event-feed.ts';
import { Metrics } from './metrics.ts';

interface Family {
  readonly help: string;
  readonly type: string;
  readonly samples: Map<string, number>;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^}]*\})? (\S+)$/;
const LABELS = /^\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\}$/;
/** Endings that a sample may have besides its family's name. */
const PARTS = { histogram: ['_bucket', '_sum', '_count'], summary: ['_sum', '_count', ''] };

/** Reads the exposition format; throws at what it does not allow. */
function familiesIn(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('no end of line at the end');
  const families = new Map<string, Family>();
  const helps = new Map<string, string>();
  let current: [string, Family] | undefined;
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, what, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (what === 'HELP') {
      if (helps.has(name)) throw new Error(`${name} is explained twice`);
      helps.set(name, rest);
    } else if (what === 'TYPE') {
      if (families.has(name)) throw new Error(`${name} has two types`);
      current = [name, { help: helps.get(name) ?? '', type: rest, samples: new Map() }];
      families.set(...current);
    } else {
      const [, sample, labels = '', value = ''] = SAMPLE.exec(line) ?? [];
      if (sample === undefined || current === undefined) throw new Error(`not readable: ${line}`);
      const [family, { type, samples }] = current;
      const ends = PARTS[type as keyof typeof PARTS] ?? [''];
      if (!ends.some((end) => sample === family + end)) throw new Error(`stray: ${line}`);
      if (labels !== '' && !LABELS.test(labels)) throw new Error(`bad labels: ${line}`);
      const number = value === '+Inf' ? Infinity : Number(value);
      if (Number.isNaN(number) && value !== 'Nan') throw new Error(`no number: ${line}`);
      if (samples.has(sample + labels)) throw new Error(`twice: ${line}`);
      samples.set(sample + labels, number);
    }
  }
  return families;
}

function scene() {
  const one = new ApiScene();
  const { source, observed, blocks, clock } = one;
  const feed = new EventFeed({ source, observed, blocks, clock });
  return { one, metrics: new Metrics(source, observed, { feed, clock }) };
}

async function read(metrics: Metrics): Promise<Map<string, Family>> {
  return familiesIn(await metrics.text());
}

describe('the metrics', () => {
  it('are of the format, each explained and of one type', async () => {
    const families = await read(scene().metrics);
    expect(families.size).toBeGreaterThan(20);
    for (const [name, { help, type, samples }] of families) {
      expect(help, name).not.toBe('');
      expect(['counter', 'gauge', 'histogram', 'summary'], name).toContain(type);
      if (name.startsWith('mvb_')) expect(samples.size, name).toBe(1);
    }
    expect(scene().metrics.contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  });

  it('have names by the rules', async () => {
    for (const [name, { type }] of await read(scene().metrics)) {
      expect(name.endsWith('_total'), `${name} is a ${type}`).toBe(type === 'counter');
      expect(name, name).toMatch(/^(mvb|process|nodejs)_[a-z0-9]+(_[a-z0-9]+)*$/);
      // Base units: seconds and bytes.
      expect(name).not.toMatch(/_(ms|milliseconds|minutes|hours|kb|mb|kilobytes|megabytes)(_|$)/);
      expect(name).not.toMatch(/_(count|sum|bucket|info_total)$/);
    }
  });

  it('are the figures of the node', async () => {
    const { one, metrics } = scene();
    one.pay();
    one.pay({ amount: 10n ** 15n });
    one.mine();
    one.pay();
    await one.reorganise(1);
    one.kernel.hashes = 77n;
    const families = await read(metrics);
    const value = (name: string): number => [...families.get(name)!.samples.values()][0]!;
    expect(value('mvb_chain_height')).toBe(14);
    expect(value('mvb_chain_supply_coins')).toBe(140);
    expect(value('mvb_blocks_received_total')).toBe(3);
    expect(value('mvb_reorgs_total')).toBe(1);
    expect(value('mvb_payments_refused_total')).toBe(one.observed.refusalCount);
    expect(value('mvb_mempool_payments')).toBe(one.node.view.mempool.size);
    expect(value('mvb_peers')).toBe(1);
    expect(value('mvb_mining_hashes_total')).toBe(77);
    expect(value('mvb_mining_blocks_total')).toBe(1);
    expect(value('mvb_chain_tip_age_seconds')).toBeGreaterThan(3_000);
    const again = await read(metrics);
    expect([...again.get('mvb_reorgs_total')!.samples.values()]).toEqual([1]);
  });

  it('are those of the chain alone where a store is read', async () => {
    const { source, observed, blocks, clock } = new ApiScene();
    const parts = { ...source, node: undefined, mining: undefined };
    const feed = new EventFeed({ source: parts, observed, blocks, clock });
    const families = await read(new Metrics(parts, observed, { feed, clock }));
    const own = [...families.keys()].filter((name) => name.startsWith('mvb_'));
    expect(own).toContain('mvb_chain_height');
    expect(own.filter((name) => /mining|mempool|peers/.test(name))).toEqual([]);
  });

  it('would not be read when they are wrong', () => {
    for (const text of ['# TYPE a counter\na 1', 'a 1\n', '# TYPE a gauge\nb 1\n',
      '# TYPE a gauge\na x\n', '# TYPE a gauge\na 1\na 1\n', '# TYPE a gauge\n# TYPE a gauge\n',
      '# TYPE a gauge\na{b=c} 1\n']) {
      expect(() => familiesIn(text)).toThrow();
    }
  });
});
