/**
 * Paying somebody: fields, then a look at what they mean, then a signature.
 */
import { useEffect, useReducer } from 'preact/hooks';
import type { WalletKey } from '../../../api/schema/wallet.ts';
import { announce } from '../../announce.ts';
import { Sentence } from '../../components/sentence.tsx';
import { ErrorNote } from '../../components/state.tsx';
import { Id } from '../../components/text.tsx';
import { node } from '../../node.ts';
import { noticeRefusal } from '../../session.ts';
import { shortId } from '../../../lib/words.ts';
import { WALLET } from '../../words/wallet.ts';
import { Field } from './field.tsx';
import { ReviewPanel } from './review-panel.tsx';
import { nextState, START } from './send-state.ts';
import type { Draft, SendEvent, SendState } from './send-state.ts';

interface SendCardProps {
  readonly keys: readonly WalletKey[];
  /** A new number begins anew with this draft. */
  readonly order: { readonly number: number; readonly draft: Partial<Draft> };
  readonly onSent: () => void;
}

export function SendCard({ keys, order, onSent }: SendCardProps) {
  const [state, happen] = useReducer<SendState, SendEvent>(nextState, START);
  const first = keys.find(({ balance }) => balance !== '0')?.name ?? keys[0]?.name ?? '';
  useEffect(() => {
    if (order.number === 0) return;
    happen({ kind: 'began', draft: order.draft });
    document.getElementById('send')?.focus();
  }, [order.number]);
  return (
    <section class="card stack" aria-labelledby="send">
      <h2 id="send" tabIndex={-1}>{WALLET.send}</h2>
      {state.step === 'draft' ? (
        <DraftForm state={state} keys={keys} first={first} happen={happen} />
      ) : null}
      {state.step === 'review' ? (
        <ReviewPanel
          state={state} onChange={() => happen({ kind: 'changed' })}
          onSign={(passphrase) => void send(state, passphrase, happen).then(onSent)}
        />
      ) : null}
      {state.step === 'sent' ? (
        <div class="note" role="status">
          <span class="note-title">{WALLET.sent}</span>
          <p>
            <Sentence
              text={WALLET.sentLink}
              with={{ id: <Id kind="payment" id={state.payment.id} isBare /> }}
            />
          </p>
          <p>{state.payment.reason.sentence}</p>
          <div>
            <button
              type="button" class="button" onClick={() => happen({ kind: 'began', draft: {} })}
            >
              {WALLET.another}
            </button>
          </div>
        </div>
      ) : null}
    </section>
  );
}

interface DraftFormProps {
  readonly state: Extract<SendState, { readonly step: 'draft' }>;
  readonly keys: readonly WalletKey[];
  /** The key that pays when nobody has chosen. */
  readonly first: string;
  readonly happen: (event: SendEvent) => void;
}

function DraftForm({ state, keys, first, happen }: DraftFormProps) {
  const { draft, isAsking, error } = state;
  const from = draft.from === '' ? first : draft.from;
  const type = (change: Partial<Draft>): void => happen({ kind: 'typed', change });
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!isAsking) void review({ ...draft, from }, happen);
  };
  return (
    <form class="stack wallet-form" onSubmit={submit}>
      {draft.replaces === undefined ? null : (
        <p class="note warn">
          {WALLET.raising(shortId(draft.replaces))}
          <span>
            <button
              type="button" class="button small"
              onClick={() => happen({ kind: 'began', draft: {} })}
            >
              {WALLET.notRaising}
            </button>
          </span>
        </p>
      )}
      <div class="stack-tight">
        <label for="pay-from">{WALLET.from}</label>
        <select
          id="pay-from" class="field" value={from} disabled={draft.replaces !== undefined}
          onChange={(event) => type({ from: event.currentTarget.value })}
        >
          {keys.map(({ name, balance }) => (
            <option key={name} value={name}>{WALLET.fromOption(name, balance)}</option>
          ))}
        </select>
      </div>
      <Field
        label={WALLET.to} hint={WALLET.toHint} value={draft.to} isNeeded
        offers={keys.map(({ name }) => name)} onInput={(to) => type({ to })}
      />
      <div class="wallet-amounts">
        <Field
          label={WALLET.amount} value={draft.amount} isNeeded isAmount
          onInput={(amount) => type({ amount })}
        />
        <Field
          label={WALLET.fee} hint={WALLET.feeHint} value={draft.fee} isAmount
          onInput={(fee) => type({ fee })}
        />
      </div>
      {error === undefined ? null : <ErrorNote error={error} />}
      <div>
        <button type="submit" class="button primary" disabled={isAsking || keys.length === 0}>
          {WALLET.review}
        </button>
      </div>
    </form>
  );
}

/** Asks the node what the order would do. */
async function review(draft: Draft, happen: (event: SendEvent) => void): Promise<void> {
  // The key that is shown is the one that is meant, also when nobody touched the field.
  happen({ kind: 'typed', change: { from: draft.from } });
  happen({ kind: 'asked' });
  try {
    happen({ kind: 'reviewed', review: await node.review(orderOf(draft)), key: newKey() });
  } catch (error) {
    noticeRefusal(error);
    happen({ kind: 'failed', error: error as Error });
  }
}

async function send(
  { draft, key }: Extract<SendState, { readonly step: 'review' }>, passphrase: string,
  happen: (event: SendEvent) => void,
): Promise<void> {
  happen({ kind: 'signed' });
  try {
    const order = orderOf(draft);
    const payment = await node.send(passphrase === '' ? order : { ...order, passphrase }, key);
    happen({ kind: 'sent', payment });
    announce(WALLET.sent);
  } catch (error) {
    noticeRefusal(error);
    happen({ kind: 'failed', error: error as Error });
  }
}

function orderOf({ from, to, amount, fee, replaces }: Draft) {
  const order = { from, to: to.trim(), amount: amount.trim(), fee: fee.trim() || '0' };
  return replaces === undefined ? order : { ...order, replaces };
}

/** 128 bits that no other order has. Pages by plain HTTP have no `randomUUID`. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
