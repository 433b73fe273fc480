/**
 * A payment: where it stands, and why.
 */
import type { ComponentChildren } from 'preact';
import type { Payment } from '../../api/schema/chain.ts';
import { shortId } from '../../lib/words.ts';
import { Facts } from '../components/facts.tsx';
import { DataLinks } from '../components/figure.tsx';
import { PageHead } from '../components/page.tsx';
import { Sentence } from '../components/sentence.tsx';
import { Loading } from '../components/state.tsx';
import { Age, Amount, Id } from '../components/text.tsx';
import { formatNumber, formatTime } from '../format.ts';
import { changes, status } from '../live.ts';
import { useLoad } from '../load.ts';
import { node } from '../node.ts';
import { stepsOf } from '../payment-steps.ts';
import type { PaymentStep } from '../payment-steps.ts';
import type { PageProps } from '../routes.ts';
import { BLOCK } from '../words/block.ts';
import { COMMON } from '../words/common.ts';
import { PAYMENT } from '../words/payment.ts';

export function Page({ params }: PageProps) {
  const id = params['id']!;
  // Its depth grows with each block, and its reason may change with each payment.
  const fresh = `${changes.payments.value} ${changes.blocks.value} ${status.value?.height}`;
  const loaded = useLoad(id, () => node.payment(id), fresh);
  const payment = loaded.value;
  const title = payment?.type === 'reward' ? PAYMENT.titleReward : PAYMENT.title;
  return (
    <>
      <PageHead title={title(shortId(payment?.id ?? id))}>
        {payment === undefined ? null : <State payment={payment} />}
      </PageHead>
      <Loading of={loaded} lines={6}>{(value) => <Content payment={value} />}</Loading>
    </>
  );
}

function isFinal({ status: state, depth, final_depth }: Payment): boolean {
  return state === 'confirmed' && (depth ?? 0) >= final_depth;
}

const LOOKS = { pending: 'warn', confirmed: 'good', superseded: 'bad', replaced: 'bad' } as const;

function State({ payment }: { readonly payment: Payment }) {
  const words = isFinal(payment) ? PAYMENT.final : PAYMENT.states[payment.status];
  return <span class={`chip ${LOOKS[payment.status]}`}>{words}</span>;
}

function Content({ payment }: { readonly payment: Payment }) {
  return (
    <div class="stack">
      <section class="card stack" aria-labelledby="why">
        <h2 id="why">{PAYMENT.why}</h2>
        <Moves payment={payment} />
        <Depth payment={payment} />
        <p>{payment.reason.sentence}</p>
        <p class="muted">{COMMON.next} {payment.reason.next}</p>
      </section>
      <section class="card stack" aria-labelledby="steps">
        <div>
          <h2 id="steps">{PAYMENT.steps}</h2>
          <p class="figure-seeing">{PAYMENT.stepsSeeing}</p>
        </div>
        <ol class="steps">
          {stepsOf(payment).map((step) => <Step key={step.name} step={step} payment={payment} />)}
        </ol>
      </section>
      <section class="card stack" aria-labelledby="details">
        <h2 id="details">{PAYMENT.details}</h2>
        <Facts facts={factsOf(payment)} />
        <div class="figure-foot"><DataLinks json={`/api/payments/${payment.id}`} /></div>
      </section>
    </div>
  );
}

function Moves({ payment: { from, to, amount } }: { readonly payment: Payment }) {
  return (
    <p class="big">
      <Sentence
        text={from === null ? PAYMENT.rewardMoves : PAYMENT.moves}
        with={{
          amount: <Amount value={amount} />, to: <Id kind="address" id={to} isBare />,
          from: from === null ? '' : <Id kind="address" id={from} isBare />,
        }}
      />
    </p>
  );
}

function Depth({ payment }: { readonly payment: Payment }) {
  const { status: state, depth, final_depth } = payment;
  if (state === 'pending') return <p class="warn">{PAYMENT.waits}</p>;
  if (state !== 'confirmed' || depth === null) return <p class="bad">{PAYMENT.notPaid}</p>;
  return (
    <>
      <meter
        value={Math.min(depth, final_depth)} min={0} max={final_depth}
        aria-label={PAYMENT.depthLabel}
      />
      <p class={isFinal(payment) ? 'good' : 'muted'}>
        {isFinal(payment) ? PAYMENT.deepFinal(formatNumber(depth))
          : PAYMENT.deep(depth, final_depth)}
      </p>
    </>
  );
}

const SIGNS = { done: '✓', now: '…', soon: '○', never: '✗' } as const;

interface StepProps {
  readonly step: PaymentStep;
  readonly payment: Payment;
}

function Step({ step: { name, state, at }, payment }: StepProps) {
  const said = state === 'soon' ? PAYMENT.soon : state === 'never' ? PAYMENT.never
    : state === 'now' ? PAYMENT.now : undefined;
  return (
    <li class={`step ${state}`}>
      <span class="step-sign" aria-hidden="true">{SIGNS[state]}</span>
      <span><StepWords name={name} payment={payment} /></span>
      <span class="muted">{at !== null ? <Age at={at} /> : said}</span>
    </li>
  );
}

function StepWords({ name, payment }: { readonly name: PaymentStep['name']; payment: Payment }) {
  const { block_id, height, by, final_depth } = payment;
  if (name === 'deepEnough') return <>{PAYMENT.deepEnough(final_depth)}</>;
  if (name === 'made' || name === 'seen') return <>{PAYMENT[name]}</>;
  if (name === 'takenOver') {
    const link = by === null ? '' : <Id kind="payment" id={by} isBare />;
    return <Sentence text={PAYMENT.takenOver} with={{ by: link }} />;
  }
  const block = block_id === null ? '' : (
    <a href={`/block/${block_id}`}>{formatNumber(height ?? 0)}</a>
  );
  return <Sentence text={PAYMENT.inBlock} with={{ block }} />;
}

function factsOf(payment: Payment): (readonly [string, ComponentChildren])[] {
  const { facts } = PAYMENT;
  const { id, from, to, amount, fee, sequence, time_ms, bytes, key_name } = payment;
  return [
    [facts.id, <Id kind="payment" id={id} isWhole />],
    ...key_name === null ? [] : [[facts.key, key_name] as const],
    ...from === null ? [] : [[facts.from, <Id kind="address" id={from} isWhole />] as const],
    [facts.to, <Id kind="address" id={to} isWhole />],
    [facts.amount, <Amount value={amount} hasUnit />],
    ...fee === null ? [] : [[facts.fee, <Amount value={fee} hasUnit />] as const],
    ...sequence === null ? [] : [[facts.sequence, (
      <>{formatNumber(sequence)} <span class="muted">({PAYMENT.sequenceNote})</span></>
    )] as const],
    ...time_ms === null ? [] : [[facts.made, (
      <>{formatTime(time_ms)} <span class="muted">{PAYMENT.madeNote}</span></>
    )] as const],
    [facts.size, BLOCK.bytes(formatNumber(bytes))],
  ];
}
