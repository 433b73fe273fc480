/**
 * A payment before it is signed: what it will do, by the node's own understanding of it.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ErrorNote } from '../../components/state.tsx';
import { Amount } from '../../components/text.tsx';
import { WALLET } from '../../words/wallet.ts';
import { Field } from './field.tsx';
import type { SendState } from './send-state.ts';

interface ReviewPanelProps {
  readonly state: Extract<SendState, { readonly step: 'review' }>;
  readonly onChange: () => void;
  readonly onSign: (passphrase: string) => void;
}

export function ReviewPanel({ state, onChange, onSign }: ReviewPanelProps) {
  const { review, isSending, error } = state;
  const [passphrase, setPassphrase] = useState('');
  const [isCompared, setCompared] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { to } = review;
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!isSending) onSign(passphrase);
  };
  return (
    <form class="stack wallet-form" onSubmit={submit}>
      <h3 ref={heading} tabIndex={-1}>{WALLET.reviewTitle}</h3>
      <dl class="facts">
        <dt>{WALLET.from}</dt>
        <dd><strong>{review.from.name}</strong></dd>
        <dt>{WALLET.to}</dt>
        <dd>
          {to.name === null ? null : <><strong>{to.name}</strong><br /></>}
          <code>{to.address}</code>
          {to.is_known ? null : <> <span class="chip warn">{WALLET.unknown}</span></>}
        </dd>
        <dt>{WALLET.amount}</dt><dd><Amount value={review.amount} hasUnit /></dd>
        <dt>{WALLET.fee}</dt><dd><Amount value={review.fee} /></dd>
        <dt>{WALLET.total}</dt><dd><strong><Amount value={review.total} /></strong></dd>
        <dt>{WALLET.available}</dt><dd><Amount value={review.available} /></dd>
        <dt>{WALLET.left}</dt><dd><Amount value={review.left.replace(/^\+/, '')} /></dd>
      </dl>
      {review.warnings.length === 0 ? null : (
        <ul class="note warn">{review.warnings.map((text) => <li key={text}>{text}</li>)}</ul>
      )}
      {to.is_known ? null : (
        <label class="row">
          <input
            type="checkbox" checked={isCompared} required
            onChange={(event) => setCompared(event.currentTarget.checked)}
          />
          {WALLET.unknownTick}
        </label>
      )}
      {review.needs_passphrase ? (
        <Field
          label={WALLET.passphrase} isSecret value={passphrase} onInput={setPassphrase}
          isNeeded
        />
      ) : null}
      {error === undefined ? null : <ErrorNote error={error} />}
      <div class="row">
        <button
          type="submit" class="button primary" disabled={isSending || !(to.is_known || isCompared)}
        >
          {isSending ? WALLET.sending : WALLET.signAndSend}
        </button>
        <button type="button" class="button" disabled={isSending} onClick={onChange}>
          {WALLET.change}
        </button>
      </div>
    </form>
  );
}
