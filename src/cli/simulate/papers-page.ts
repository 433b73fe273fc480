/**
 * The page that `npm run papers` writes.
 *
 * Owns: its words, tables and pictures. Does not own: figures (`sim/research/claims.ts`).
 */
import { linePlot } from '../../plot/line-plot.ts';
import type { Series } from '../../plot/line-plot.ts';
import { DEVIATION_MAX, isOff, togetherChance } from '../../sim/research/claims.ts';
import type { Claim, ClaimPart, Verdict } from '../../sim/research/claims.ts';
import { raceChance } from '../../sim/theory/double-spend.ts';
import { staleShareRough } from '../../sim/theory/forks.ts';
import { selfishRevenue, selfishStaleShare } from '../../sim/theory/selfish-mining.ts';
import { anyDeviationChance } from '../../sim/theory/statistics.ts';
import { duration } from '../../lib/words.ts';
import { table, wrapped } from '../words.ts';

const PAGE_COLUMNS = 140;

/** What was run, and what it came to. */
export interface PapersRun {
  readonly verdicts: readonly Verdict[];
  /** Second runs of those that were off. */
  readonly second: readonly Verdict[];
  /** The seed of the first claim. */
  readonly first: number;
  readonly seconds: number;
  readonly threads: number;
  readonly cores: number;
  readonly cpu: string;
}

interface Part {
  readonly part: ClaimPart;
  readonly title: string;
  readonly words: string;
  readonly keys: readonly string[];
  /** Heading of the figure that is not judged. */
  readonly beside?: string;
  readonly picture?: string;
}

const PARTS: readonly Part[] = [
  {
    part: 'level', title: 'Double spend, starting level', keys: ['q', 'z'],
    beside: 'Nakamoto (approximation)', picture: 'double-spend',
    words: 'The attacker, with a share q of the hash power, pays, and mines in secret from the '
      + 'block before the payment. The merchant waits for z confirmations. From then on the '
      + 'secret branch is shown once it is longer than the public one; a node keeps what it saw '
      + 'first, so as long is not enough. Theory: a negative binomial count of the attacker\'s '
      + 'blocks during the wait, then the gambler\'s ruin, (q/p)^(z-k+1) for k <= z (Rosenfeld '
      + '2014, his sum for this convention). The attacker gives up 20 blocks behind, which the '
      + 'theory takes into account. z = 0 is Nakamoto\'s catch-up by one block, q/p. Nakamoto\'s '
      + 'own table takes the count as Poisson distributed, and catching up to level as success; '
      + 'it is another race, and stands beside.',
  },
  {
    part: 'preMined', title: 'Double spend, one block pre-mined', keys: ['q', 'z'],
    beside: 'Nakamoto (approximation)', picture: 'double-spend',
    words: 'The same, but the attacker pays only when it has found one secret block. Theory: the '
      + 'table of Rosenfeld 2014, r(q, z). Beside it Nakamoto\'s figure, which approximates this '
      + 'one.',
  },
  {
    part: 'selfish', title: 'Selfish mining: revenue', keys: ['alpha', 'gamma'],
    beside: 'gamma that came out', picture: 'selfish',
    words: 'A pool with a share alpha of the hash power follows the strategy of Eyal and Sirer '
      + '(2014), against six equal miners; gamma is the part of them that is to hear its block '
      + 'first in a tie. The figure is the pool\'s part of the blocks on the main chain, their '
      + 'equation 8, for the gamma in the last column, which came out of the run: who found the '
      + 'other block stays with it, so all but one of six can be won over at most. This part is '
      + 'what the pool would earn once a rule for the difficulty had made good for stale blocks. '
      + 'This network has a fixed difficulty, and there its part of all blocks found is what '
      + 'counts, which never exceeds alpha: selfish mining gains nothing until such a rule.',
  },
  {
    part: 'waste', title: 'Selfish mining: waste', keys: ['alpha', 'gamma'],
    picture: 'waste',
    words: 'In runs of their own, the part of all blocks, of everybody, that went stale; in '
      + 'theory it does not depend on gamma.',
  },
  {
    part: 'forks', title: 'Forks: Decker and Wattenhofer', keys: ['delay/interval'],
    beside: '1 - exp(-delay/interval)', picture: 'forks',
    words: 'Ten equal miners, each linked to each, a constant delay on every link. The figure is '
      + 'the part of all blocks that went stale. Theory: 1-(1-1/T)^U (Decker and Wattenhofer '
      + '2013), with U the integral over the hash power that does not know of a block of the '
      + 'newest height, as this network had it; the paper took the integral that it had measured, '
      + 'too. It is less than the delay, as the finder itself knows (1-1/n), and more, as a '
      + 'node on the branch that lost needs a question and an answer before it follows.',
  },
  {
    part: 'long', title: 'Forks: long delays', keys: ['delay/interval'],
    beside: 'y for a plain delay', picture: 'forks',
    words: 'The formula above is of forks that never overlap. For longer delays the part of stale '
      + 'blocks is y/(1+y), with y = U/T the rivals of each block: what is found below the '
      + 'greatest height is lost. Beside it y as it would be if every message took one delay: y = '
      + '(1-1/n) x.',
  },
  {
    part: 'growth', title: 'Forks: growth of the chain', keys: ['delay/interval'],
    beside: 'for a plain delay',
    words: 'Blocks of the main chain per interval, in runs of their own: 1/(1+y).',
  },
];

/** The page; pictures are in this folder beside it. */
export function papersPage(run: PapersRun, pictures: string): string {
  const { verdicts, second, first } = run;
  const seen = new Set<string>();
  return `${[
    '# The papers, and the simulator',
    'Made by `npm run papers`; do not edit. It runs the shipped node (`src/node/`) in networks in '
      + 'virtual time: real blocks, real checks, links with delays; only the time that mining '
      + 'takes is drawn, from an exponential distribution, and signatures are of a toy. What '
      + 'comes out is held against what the papers say.',
    summary(run),
    '**How to read the tables.** *Off by* is the difference in standard errors: of proportions '
      + 'sqrt(P(1-P)/n) with the theory\'s P and n attacks; else the greater of that with n '
      + 'blocks and of the spread over repetitions. Each figure has seeds of its own, from '
      + `${first} in steps of a million, so that the figures do not depend on each other; the `
      + 'seeds were fixed before the first run and not chosen after.',
    `**Many figures.** Of ${verdicts.length} figures that are all true, at least one is more than `
      + `${DEVIATION_MAX} standard errors off with a chance of `
      + `${percent(anyDeviationChance(DEVIATION_MAX, verdicts.length))}. So the rule, written `
      + 'down before the runs, is: such a figure is run once more, with other seeds and four '
      + 'times the repetitions, and that second run decides, whatever it says. Both are shown. '
      + 'True figures fail twice with a chance of '
      + `${percent(1 - (1 - 0.0027 ** 2) ** verdicts.length)}.`,
    ...secondRuns(second),
    ...PARTS.flatMap((part) => {
      const picture = part.picture;
      const isNew = picture !== undefined && !seen.has(picture);
      if (picture !== undefined) seen.add(picture);
      return [
        `## ${part.title}`, part.words, markdownTable(part, verdicts),
        ...(isNew ? [`![${part.title}](${pictures}/${picture}.svg)`] : []),
      ];
    }),
    '## What is not claimed',
    'Nakamoto\'s table itself is an approximation, and no simulation comes to it: its catch-up '
      + 'counts being level as success. Decker and Wattenhofer measured the network of 2013; its '
      + 'delays are not built in. Latencies are constant here, so that theory applies; a scenario '
      + 'of your own ([the simulator](simulator.md)) may have any.',
  ].map(wrappedParagraph).join('\n\n')}\n`;
}

/** As the other pages are; tables and pictures are a line each. */
function wrappedParagraph(text: string): string {
  return /^[|#!]/.test(text) ? text : wrapped(text, PAGE_COLUMNS).join('\n');
}

function summary({ verdicts, second, seconds, threads, cores, cpu }: PapersRun): string {
  const refuted = second.filter(isOff).length;
  const worst = Math.max(...verdicts.map(({ deviation }) => Math.abs(deviation)));
  const runs = [...verdicts, ...second].reduce((sum, { repetitions }) => sum + repetitions, 0);
  return `**Result: ${verdicts.length} figures, ${refuted} refuted.** The greatest deviation is `
    + `${worst.toFixed(1)} standard errors; all of them together are at least as far off as this `
    + `with a chance of ${percent(togetherChance(verdicts))}, if the theories are true. `
    + `${runs.toLocaleString('en')} repetitions took ${duration(1_000 * seconds)} (m:ss) on `
    + `${threads} of ${cores} cores (${cpu}).`;
}

function secondRuns(second: readonly Verdict[]): readonly string[] {
  if (second.length === 0) return ['In this run no figure was.'];
  const rows = second.map((one) => [
    one.claim.part, one.claim.keys.map(short).join(', '), ...figuresOf(one),
    isOff(one) ? 'refuted' : 'stands',
  ]);
  return [markdown(['part', 'of', 'repetitions', 'theory', 'simulated', '+-', 'off by', ''], rows)];
}

function markdownTable({ part, keys, beside }: Part, verdicts: readonly Verdict[]): string {
  const own = verdicts.filter(({ claim }) => claim.part === part);
  const besides = beside === undefined ? [] : [beside];
  return markdown(
    [...keys, 'repetitions', 'theory', 'simulated', '+-', 'off by', ...besides],
    own.map((one) => [
      ...one.claim.keys.map(short), ...figuresOf(one),
      ...(beside === undefined ? [] : [one.beside?.toFixed(4) ?? '']),
    ]),
  );
}

function figuresOf(verdict: Verdict): string[] {
  const { repetitions, theory, simulated, standardError, deviation } = verdict;
  return [
    repetitions.toLocaleString('en'), theory.toFixed(4), simulated.toFixed(4),
    standardError.toFixed(4), `${deviation < 0 ? '' : '+'}${deviation.toFixed(2)}`,
  ];
}

function markdown(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = heading.map(() => '---:');
  return [heading, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** For the terminal. */
export function tableText({ verdicts }: PapersRun): string {
  const heading = ['figure', 'of', 'repetitions', 'theory', 'simulated', '+-', 'off by'];
  const rows = verdicts.map((one) =>
    [one.claim.part, one.claim.keys.map(short).join(', '), ...figuresOf(one)]);
  return table([heading, ...rows], [2, 3, 4, 5, 6]);
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function percent(chance: number): string {
  const value = 100 * chance;
  return `${value >= 1 ? value.toFixed(0) : value.toPrecision(1)} %`;
}

/** Half the width of the error bars, in standard errors. */
const BAR = 1.96;
const CURVE_POINTS = 40;

/** Pictures by the names of their files. */
export function papersPlots({ verdicts }: PapersRun): ReadonlyMap<string, string> {
  const of = (part: ClaimPart): readonly Verdict[] =>
    verdicts.filter(({ claim }) => claim.part === part);
  return new Map([
    ['double-spend.svg', linePlot({
      title: 'Double spend, starting level: theory and simulation, with 95 % intervals',
      xName: 'confirmations z', yName: 'reversed', yScale: 'log',
      series: families(of('level'), {
        name: 'q', split: 0, along: 1,
        curve: (share) => Array.from({ length: 7 }, (_, confirmations) => ({
          x: confirmations, y: raceChance({ share, confirmations, preMined: 0 }),
        })),
      }),
    })],
    ['selfish.svg', linePlot({
      title: 'Selfish mining: part of the main chain, with 95 % intervals',
      xName: 'alpha', yName: 'part of the main chain',
      series: [
        ...families(of('selfish'), {
          name: 'gamma', split: 1, along: 0, centre: meanBeside,
          curve: (gamma) => curveTo(0.45, (alpha) => selfishRevenue(alpha, gamma)),
        }),
        { name: 'honest', form: 'dashes', colour: 5, points: curveTo(0.45, (alpha) => alpha) },
      ],
    })],
    ['waste.svg', linePlot({
      title: 'Selfish mining: stale blocks, with 95 % intervals',
      xName: 'alpha', yName: 'part of all blocks',
      series: [
        { name: 'Eyal, Sirer', form: 'line', colour: 0, points: curveTo(0.45, selfishStaleShare) },
        marks('simulated', of('waste'), 0, 0),
      ],
    })],
    ['forks.svg', linePlot({
      title: 'Stale blocks over delay, with 95 % intervals',
      xName: 'delay/interval', yName: 'part of all blocks',
      series: [
        {
          name: '1 - exp(-delay/interval)', form: 'dashes', colour: 5,
          points: curveTo(0.2, staleShareRough),
        },
        {
          name: 'with its own f(t)', form: 'line', colour: 0,
          points: [...of('forks'), ...of('long')].map(({ claim, theory }) =>
            ({ x: claim.keys[0]!, y: theory })),
        },
        marks('simulated', [...of('forks'), ...of('long')], 0, 0),
      ],
    })],
  ]);
}

function curveTo(end: number, of: (x: number) => number): { x: number; y: number }[] {
  return Array.from({ length: CURVE_POINTS + 1 }, (_, index) => {
    const x = (end * index) / CURVE_POINTS;
    return { x, y: of(x) };
  });
}

interface Family {
  readonly name: string;
  /** Which key sets the colour, and which goes along the axis. */
  readonly split: number;
  readonly along: number;
  /** The value of a colour's curve, where it is not the key itself. */
  readonly centre?: (verdicts: readonly Verdict[]) => number;
  readonly curve: (value: number) => Series['points'];
}

/** A curve and its marks for each value of one key. */
function families(
  verdicts: readonly Verdict[], { name, split, along, centre, curve }: Family,
): readonly Series[] {
  const keyOf = ({ claim }: { readonly claim: Claim }): number => claim.keys[split]!;
  return [...new Set(verdicts.map(keyOf))].flatMap((key, colour): Series[] => {
    const group = verdicts.filter((one) => keyOf(one) === key);
    const value = centre?.(group) ?? key;
    return [
      { name: `${name} = ${value.toFixed(2)}`, form: 'line', points: curve(value), colour },
      marks('simulated', group, along, colour),
    ];
  });
}

/** Of a few runs in which it was to be the same. */
function meanBeside(verdicts: readonly Verdict[]): number {
  return verdicts.reduce((sum, { beside = 0 }) => sum + beside, 0) / verdicts.length;
}

function marks(
  name: string, verdicts: readonly Verdict[], along: number, colour: number,
): Series {
  return {
    name, form: 'points', colour,
    points: verdicts.map(({ claim, simulated, standardError }) => ({
      x: claim.keys[along]!, y: simulated,
      low: simulated - BAR * standardError, high: simulated + BAR * standardError,
    })),
  };
}
