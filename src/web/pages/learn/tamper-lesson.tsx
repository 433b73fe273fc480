/**
 * Turning over a bit of the newest block's header, and what the node says of it.
 */
import { useState } from 'preact/hooks';
import type { Check } from '../../../api/schema/chain.ts';
import { bytesToHex, hexToBytes } from '../../../lib/bytes.ts';
import { Checks } from '../../block/checks.tsx';
import type { FieldName } from '../../block/header-fields.ts';
import { ErrorNote } from '../../components/state.tsx';
import { node } from '../../node.ts';
import { BLOCK } from '../../words/block.ts';
import { LEARN } from '../../words/learn.ts';
import { tamperedWith } from './header-copy.ts';

interface Outcome {
  readonly field: FieldName;
  readonly before: string;
  readonly after: string;
  readonly checks: readonly Check[];
}

export function TamperLesson({ onTried }: { readonly onTried: () => void }) {
  const [turn, setTurn] = useState(0);
  const [outcome, setOutcome] = useState<Outcome | undefined>(undefined);
  const [failure, setFailure] = useState<Error | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const tamper = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    try {
      const { id, header } = await node.block('tip');
      const { field, bytes } = tamperedWith(hexToBytes(header)!, turn);
      const answer = await node.checkHeader(bytesToHex(bytes));
      setOutcome({ field, before: id, after: answer.id, checks: answer.checks });
      setTurn(turn + 1);
      setFailure(undefined);
      onTried();
    } catch (error) {
      setFailure(error as Error);
    }
    setBusy(false);
  };
  return (
    <div class="stack">
      <div>
        <button
          type="button" class="button primary" aria-busy={isBusy} onClick={() => void tamper()}
        >
          {outcome === undefined ? LEARN.tamperStart : LEARN.tamperAgain}
        </button>
      </div>
      <div class="stack" role="status">
        {outcome === undefined ? null : <Broken outcome={outcome} />}
      </div>
      {failure === undefined ? null : <ErrorNote error={failure} />}
    </div>
  );
}

function Broken({ outcome: { field, before, after, checks } }: { readonly outcome: Outcome }) {
  const broken = checks.filter(({ holds }) => !holds).map(({ name }) => name);
  return (
    <>
      <p>{LEARN.tamperWhat(BLOCK.fields[field])}</p>
      <dl class="facts">
        <dt>{LEARN.tamperBefore}</dt><dd><code>{before}</code></dd>
        <dt>{LEARN.tamperAfter}</dt><dd class="bad"><code>{after}</code></dd>
      </dl>
      <p class="bad">
        {broken.length === 0 ? LEARN.tamperLucky : LEARN.tamperBroken(broken.join(', '))}
      </p>
      <Checks checks={checks} />
    </>
  );
}
