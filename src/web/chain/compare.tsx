/**
 * What is known of a picked block, and how two of them differ.
 */
import type { ComponentChildren } from 'preact';
import type { Transaction } from '../../api/schema/chain.ts';
import { counted } from '../../lib/words.ts';
import { Sentence } from '../components/sentence.tsx';
import { Loading } from '../components/state.tsx';
import { Amount, Id, MinerMark } from '../components/text.tsx';
import { formatNumber } from '../format.ts';
import { useLoad } from '../load.ts';
import { node } from '../node.ts';
import { CHAIN } from '../words/chain.ts';
import { partingOf } from './branches.ts';
import type { ChainLink, Parting } from './branches.ts';
import type { TreeSource } from './tree-source.ts';

/** (policy) Blocks whose payments are fetched, and payments that are listed. */
const BLOCKS_MAX = 20;
const PAYMENTS_SHOWN = 12;

interface PickedProps {
  readonly picked: readonly string[];
  readonly source: TreeSource;
  readonly onLetGo: () => void;
}

export function Picked({ picked, source, onLetGo }: PickedProps) {
  const [a, b] = picked;
  if (a === undefined) return null;
  const button = (
    <button type="button" class="button small" onClick={onLetGo}>{CHAIN.letGo}</button>
  );
  return b === undefined || a === b ? <One id={a} source={source}>{button}</One>
    : <Two a={a} b={b} source={source}>{button}</Two>;
}

interface OneProps {
  readonly id: string;
  readonly source: TreeSource;
  readonly children: ComponentChildren;
}

function One({ id, source, children }: OneProps) {
  const block = source.find(id);
  if (block === undefined) return null;
  return (
    <section class="note">
      <div class="row spread">
        <span class="note-title">
          <Sentence
            text={CHAIN.picked}
            with={{ block: formatNumber(block.height), miner: <MinerMark tag={block.tag} /> }}
          />
        </span>
        {children}
      </div>
      <span><a href={`/block/${id}`}>{CHAIN.pickedOpen}</a>{'. '}{CHAIN.pickedNext}</span>
    </section>
  );
}

interface TwoProps {
  readonly a: string;
  readonly b: string;
  readonly source: TreeSource;
  readonly children: ComponentChildren;
}

interface Comparison extends Parting {
  readonly a: ChainLink;
  readonly b: ChainLink;
  readonly paymentsA: readonly Transaction[];
  readonly paymentsB: readonly Transaction[];
  readonly both: number;
}

function Two({ a, b, source, children }: TwoProps) {
  const loaded = useLoad(`${a} ${b}`, () => comparisonOf(a, b, source));
  return (
    <section class="card stack" aria-labelledby="compare">
      <div class="row spread"><h2 id="compare">{CHAIN.compare}</h2>{children}</div>
      <Loading of={loaded}>{(comparison) => <Compared {...comparison} />}</Loading>
    </section>
  );
}

async function comparisonOf(idA: string, idB: string, source: TreeSource): Promise<Comparison> {
  const find = async (id: string): Promise<ChainLink> => source.find(id) ?? await node.block(id);
  const [a, b] = [await find(idA), await find(idB)];
  const parting = await partingOf(a, b, find);
  const [allA, allB] = [await paymentsOf(parting.onlyA), await paymentsOf(parting.onlyB)];
  const idsB = new Set(allB.map(({ id }) => id));
  const idsA = new Set(allA.map(({ id }) => id));
  const paymentsA = allA.filter(({ id }) => !idsB.has(id));
  const paymentsB = allB.filter(({ id }) => !idsA.has(id));
  return { ...parting, a, b, paymentsA, paymentsB, both: allA.length - paymentsA.length };
}

async function paymentsOf(blocks: readonly ChainLink[]): Promise<Transaction[]> {
  const payments: Transaction[] = [];
  for (const { id } of blocks.slice(0, BLOCKS_MAX)) {
    const { items } = await node.transactions(id, { limit: 100 });
    payments.push(...items.filter(({ type }) => type === 'payment'));
  }
  return payments;
}

function Compared({ a, b, fork, onlyA, onlyB, paymentsA, paymentsB, both }: Comparison) {
  const parts = {
    a: <Named name="A" block={a} />, b: <Named name="B" block={b} />,
    fork: fork === undefined ? '' : <a href={`/block/${fork.id}`}>{formatNumber(fork.height)}</a>,
  };
  const isOneChain = fork !== undefined && (onlyA.length === 0 || onlyB.length === 0);
  const [low, high] = onlyA.length === 0 ? [parts.a, parts.b] : [parts.b, parts.a];
  const text = fork === undefined ? CHAIN.compareFar
    : isOneChain ? CHAIN.compareSame : CHAIN.compareFork;
  const distance = counted(Math.max(onlyA.length, onlyB.length), 'block');
  return (
    <>
      <p><Sentence text={text} with={{ ...parts, low, high, count: distance }} /></p>
      {isOneChain ? null : (
        <div class="two">
          <Side title={parts.a} blocks={onlyA} payments={paymentsA} />
          <Side title={parts.b} blocks={onlyB} payments={paymentsB} />
        </div>
      )}
      {isOneChain ? null : <p class="muted">{CHAIN.both(both)}</p>}
    </>
  );
}

function Named({ name, block }: { readonly name: string; readonly block: ChainLink }) {
  return <span><strong>{name}</strong> (<a href={`/block/${block.id}`}>
    {formatNumber(block.height)}</a>)</span>;
}

interface SideProps {
  readonly title: ComponentChildren;
  readonly blocks: readonly ChainLink[];
  readonly payments: readonly Transaction[];
}

function Side({ title, blocks, payments }: SideProps) {
  return (
    <div class="stack side-list">
      <h3>{title}</h3>
      <p>{CHAIN.branch(blocks.length)}</p>
      <p class={payments.length > 0 ? 'warn' : 'muted'}>
        {payments.length === 0 ? CHAIN.noneOnly : CHAIN.onlyIn(payments.length)}
      </p>
      <ul>
        {payments.slice(0, PAYMENTS_SHOWN).map(({ id, amount }) => (
          <li key={id}><Id kind="payment" id={id} isBare /> <Amount value={amount} hasUnit /></li>
        ))}
        {payments.length > PAYMENTS_SHOWN ? <li class="muted">{CHAIN.morePayments}</li> : null}
      </ul>
    </div>
  );
}
