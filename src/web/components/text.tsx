/**
 * Small pieces of text with a form of their own: ids, money, ages, miners.
 *
 * Whatever a stranger chose (a tag, a name) is a text node here, never markup.
 */
import { formatAge, shortId } from '../../lib/words.ts';
import { announce } from '../announce.ts';
import { formatTime, groupThousands, isZeroAmount, shortBlockId } from '../format.ts';
import { now } from '../live.ts';
import { markOf, shapePath } from '../palette.ts';
import { COMMON } from '../words/common.ts';

interface IdProps {
  readonly kind: 'block' | 'payment' | 'address';
  readonly id: string;
  /** All 64 digits instead of 8. */
  readonly isWhole?: boolean;
  /** Without the button that copies it, where many stand together. */
  readonly isBare?: boolean;
}

/** An id that leads to its page. */
export function Id({ kind, id, isWhole = false, isBare = false }: IdProps) {
  const short = kind === 'block' ? shortBlockId(id) : shortId(id);
  return (
    <span class="id">
      <a href={`/${kind}/${id}`} title={id}><code>{isWhole ? id : short}</code></a>
      {isBare ? null : <Copy text={id} what={`${kind} ${short}`} />}
    </span>
  );
}

/** A button that copies a text. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  const copy = async (): Promise<void> => {
    await copyText(text);
    announce(COMMON.copied);
  };
  const label = COMMON.copy(what);
  return (
    <button type="button" class="id-copy" title={label} aria-label={label} onClick={copy}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path
          d="M5.5 4V2.5h7v8H11M3.5 5.5h7v8h-7z"
          fill="none" stroke="currentColor" stroke-width="1.4"
        />
      </svg>
    </button>
  );
}

/** Pages by plain HTTP from another computer have no clipboard; a selection still can be copied. */
async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
}

interface AmountProps {
  /** Decimal text as the API gives it, perhaps with a sign. */
  readonly value: string;
  /** Whether a gain shows its plus and a loss its colour. */
  readonly isChange?: boolean;
  readonly hasUnit?: boolean;
}

export function Amount({ value, isChange = false, hasUnit = false }: AmountProps) {
  const isLoss = value.startsWith('-');
  const isZero = isZeroAmount(value);
  const digits = groupThousands(withoutZeros(value.replace(/^[+-]/, '')));
  const sign = isLoss && !isZero ? '−' : isChange && !isZero ? '+' : '';
  const look = !isChange || isZero ? '' : isLoss ? ' bad' : ' good';
  return <span class={`number${look}`}>{sign}{digits}{hasUnit ? ` ${COMMON.coin}` : ''}</span>;
}

/** Zeros at the end behind the point say nothing. */
function withoutZeros(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}

/** How long ago, growing by itself; the exact time is in the hint. */
export function Age({ at, isBare = false }: { readonly at: number; readonly isBare?: boolean }) {
  const age = formatAge(now.value - at);
  const exact = formatTime(at);
  return <time class="number" title={exact}>{isBare ? age : COMMON.ago(age)}</time>;
}

/** A miner by its symbol and the name that it gives itself. */
export function MinerMark({ tag, isBare = false }: { readonly tag: string; isBare?: boolean }) {
  const { colour, shape } = markOf(tag);
  return (
    <span class="miner-mark" title={tag === '' ? COMMON.nameless : tag}>
      <svg viewBox="-8 -8 16 16" width="14" height="14" aria-hidden="true">
        <path d={shapePath(shape, 6.5)} style={{ fill: colour }} />
      </svg>
      {isBare ? null : <span>{tag === '' ? COMMON.nameless : tag}</span>}
    </span>
  );
}
