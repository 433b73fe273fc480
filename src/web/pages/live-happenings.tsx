/**
 * The last events in words.
 */
import type { ComponentChild } from 'preact';
import type { Reorg } from '../../api/schema/chain.ts';
import { counted } from '../../lib/words.ts';
import { Sentence } from '../components/sentence.tsx';
import { EmptyState } from '../components/state.tsx';
import { Age, Amount, Id, MinerMark } from '../components/text.tsx';
import { formatNumber } from '../format.ts';
import { happenings } from '../live.ts';
import type { Happening } from '../live-state.ts';
import { LIVE } from '../words/live.ts';

/** (policy) More would be a log. */
const SHOWN_MAX = 12;

export function Happenings() {
  const shown = happenings.value.slice(0, SHOWN_MAX);
  return (
    <section class="card stack" aria-labelledby="happened">
      <h2 id="happened">{LIVE.happened}</h2>
      {shown.length === 0 ? (
        <EmptyState what={LIVE.nothingHappened}>{LIVE.nothingHappenedNext}</EmptyState>
      ) : (
        <ol class="happenings">
          {shown.map((happening) => (
            <li key={keyOf(happening)}>
              <Age at={happening.at} isBare />
              <span><Words happening={happening} /></span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function keyOf(happening: Happening): string {
  const { kind, at } = happening;
  switch (kind) {
    case 'block': return `block ${happening.block.id}`;
    case 'payment': return `payment ${happening.event.id} ${happening.event.kind} ${at}`;
    case 'peer': return `peer ${happening.event.peer.session} ${happening.event.kind} ${at}`;
    case 'reorg': return `reorg ${at}`;
  }
}

/** What happened, as a sentence with links. */
export function Words({ happening }: { readonly happening: Happening }) {
  const texts = LIVE.happenings;
  switch (happening.kind) {
    case 'block': {
      const { id, height, tag, standing } = happening.block;
      const block = <a href={`/block/${id}`}>{formatNumber(height)}</a>;
      return (
        <Sentence
          text={standing === 'main' ? texts.block : texts.lostBlock}
          with={{ block, miner: <MinerMark tag={tag} /> }}
        />
      );
    }
    case 'reorg': return <ReorgWords reorg={happening.event} />;
    case 'payment': {
      const { kind, id, amount, height, code } = happening.event;
      const parts: Record<string, ComponentChild> = {
        payment: <Id kind="payment" id={id} isBare />, amount: <Amount value={amount} />,
        height: <a href={`/block/${height}`}>{formatNumber(height ?? 0)}</a>, code,
      };
      return <Sentence text={texts[kind]} with={parts} />;
    }
    case 'peer': {
      const { kind, peer } = happening.event;
      const name = peer.tag === '' ? peer.address : <MinerMark tag={peer.tag} />;
      const text = kind === 'left' ? texts.left : texts.joined;
      return <Sentence text={text} with={{ peer: name }} />;
    }
  }
}

function ReorgWords({ reorg }: { readonly reorg: Reorg }) {
  const { disconnected_count, connected_count, fork_height } = reorg;
  const height = <a href={`/chain?at=${fork_height}`}>{formatNumber(fork_height)}</a>;
  return (
    <strong class="warn">
      <Sentence
        text={LIVE.happenings.reorg}
        with={{
          lost: counted(disconnected_count, 'block'), height,
          won: counted(connected_count, 'block'),
        }}
      />
    </strong>
  );
}
