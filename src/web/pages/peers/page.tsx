/**
 * The page about peers: the network around this node, as a picture and a table, and how to join it.
 */
import { DataTable } from '../../components/data-table.tsx';
import { DataLinks } from '../../components/figure.tsx';
import { PageHead } from '../../components/page.tsx';
import { cursorNow, Pager } from '../../components/pager.tsx';
import { Loading } from '../../components/state.tsx';
import { Age, Id, MinerMark } from '../../components/text.tsx';
import type { Peer } from '../../../api/schema/network.ts';
import { formatDuration, formatNumber } from '../../format.ts';
import { changes } from '../../live.ts';
import { useLoad } from '../../load.ts';
import { node } from '../../node.ts';
import { PEERS } from '../../words/peers.ts';
import { GraphFigure } from './graph-figure.tsx';
import { Join } from './join.tsx';

const LIMIT = 100;

export function Page() {
  const cursor = cursorNow();
  const list = useLoad(`peers ${cursor ?? ''}`,
    () => node.peers({ limit: LIMIT, ...cursor === undefined ? {} : { cursor } }),
    changes.peers.value);
  return (
    <>
      <PageHead title={PEERS.title} about={PEERS.about} />
      <div class="stack">
        <GraphFigure />
        <section class="card stack" aria-labelledby="all-peers">
          <h2 id="all-peers">{PEERS.tableTitle}</h2>
          <Loading of={list}>
            {({ items, next }) => (
              <>
                {items.length === 0 ? <p class="muted">{PEERS.empty}</p> : <Table peers={items} />}
                <Pager next={next} />
              </>
            )}
          </Loading>
          <div class="figure-foot">
            <DataLinks json="/api/peers?limit=100" csv="/api/peers?limit=100&format=csv" />
          </div>
        </section>
        <Join />
      </div>
    </>
  );
}

function Table({ peers }: { readonly peers: readonly Peer[] }) {
  return (
    <DataTable
      caption={PEERS.tableTitle} isCaptionUnseen rows={peers} keyOf={({ session }) => session}
      columns={[
        { name: 'tag', head: PEERS.tag, cell: ({ tag }) => <MinerMark tag={tag} /> },
        { name: 'address', head: PEERS.address, cell: ({ address }) => <code>{address}</code> },
        { name: 'link', head: PEERS.link, cell: ({ link }) => PEERS.links[link] },
        {
          name: 'height', head: PEERS.height, look: 'right',
          cell: ({ height }) => formatNumber(height),
        },
        {
          name: 'tip', head: PEERS.tip,
          cell: ({ tip_id }) => <Id kind="block" id={tip_id} isBare />,
        },
        {
          name: 'latency', head: PEERS.latency, look: 'right',
          cell: ({ latency_ms }) => (latency_ms === null ? PEERS.unknown
            : formatDuration(latency_ms)),
        },
        {
          name: 'offset', head: PEERS.offset, look: 'right',
          cell: ({ clock_offset_ms }) => <Offset ms={clock_offset_ms} />,
        },
        {
          name: 'heard', head: PEERS.heard, look: 'right',
          cell: ({ heard_at_ms }) => <Age at={heard_at_ms} />,
        },
        {
          name: 'kind', head: PEERS.kind,
          cell: ({ is_miner }) => (is_miner ? PEERS.miner : PEERS.wallet),
        },
        {
          name: 'network', head: PEERS.network, look: 'wrap',
          cell: ({ same_network, differences }) => (same_network ? PEERS.same
            : <span class="warn">{PEERS.differs(differences.join(', '))}</span>),
        },
      ]}
    />
  );
}

function Offset({ ms }: { readonly ms: number | null }) {
  if (ms === null) return <>{PEERS.unknown}</>;
  const sign = ms < 0 ? '−' : '+';
  return <span title={PEERS.offsetHint}>{sign}{formatDuration(Math.abs(ms))}</span>;
}
