/**
 * The page about mining: how fast, how lucky, who.
 */
import { Loading } from '../../components/state.tsx';
import { PageHead } from '../../components/page.tsx';
import { changes } from '../../live.ts';
import { useLoad } from '../../load.ts';
import { node } from '../../node.ts';
import { MINING } from '../../words/mining.ts';
import { IntervalFigure } from './interval-figure.tsx';
import { ThisMiner } from './this-miner.tsx';
import { RateFigure } from './rate-figure.tsx';
import { ShareFigure } from './share-figure.tsx';

export function Page() {
  const mining = useLoad('mining', () => node.mining(), changes.blocks.value);
  return (
    <>
      <PageHead title={MINING.title} about={MINING.about} />
      <div class="stack">
        <ThisMiner />
        <Loading of={mining} lines={10}>
          {(value) => (
            <>
              <RateFigure mining={value} />
              <div class="halves">
                <IntervalFigure mining={value} />
                <ShareFigure mining={value} />
              </div>
            </>
          )}
        </Loading>
      </div>
    </>
  );
}
