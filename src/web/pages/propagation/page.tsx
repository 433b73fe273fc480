/**
 * The page about how blocks spread.
 */
import { PageHead } from '../../components/page.tsx';
import { EmptyState, Loading } from '../../components/state.tsx';
import { changes } from '../../live.ts';
import { useLoad } from '../../load.ts';
import { node } from '../../node.ts';
import { PROPAGATION } from '../../words/propagation.ts';
import { ArrivalsFigure } from './arrivals-figure.tsx';
import { CurveFigure } from './curve-figure.tsx';
import { ForkFigure } from './fork-figure.tsx';
import { HeatFigure } from './heat-figure.tsx';

/** (policy) Blocks that the pictures are of. */
const LIMIT = 100;

export function Page() {
  const fresh = `${changes.blocks.value} ${changes.peers.value}`;
  const seen = useLoad('propagation', () => node.propagation({ limit: LIMIT }), fresh);
  const mining = useLoad('mining', () => node.mining(), changes.blocks.value);
  return (
    <>
      <PageHead title={PROPAGATION.title} about={PROPAGATION.about} />
      <Loading of={seen} lines={8}>
        {(value) => (value.items.length === 0 ? (
          <div class="card">
            <EmptyState what={PROPAGATION.empty}>{PROPAGATION.emptyNext}</EmptyState>
          </div>
        ) : (
          <div class="stack">
            <ArrivalsFigure blocks={value.items} />
            <div class="halves">
              <CurveFigure blocks={value.items} />
              <ForkFigure page={value} mining={mining.value} />
            </div>
            <HeatFigure blocks={value.items} />
          </div>
        ))}
      </Loading>
    </>
  );
}
