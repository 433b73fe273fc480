/**
 * A hash and how many zero bits it begins with; a header's bytes in the colours of its fields.
 */
import { DIFFICULTY_BIT } from '../../consensus/params.ts';
import { targetOf } from '../../consensus/pow.ts';
import { zeroBitsOf } from '../../lib/bytes.ts';
import { counted } from '../../lib/words.ts';
import { formatBits } from '../format.ts';
import { seriesColour } from '../palette.ts';
import { BLOCK } from '../words/block.ts';
import { FIELDS } from './header-fields.ts';

/** (policy) Bits that are drawn one by one. */
const BITS_MIN = 32;
const BITS_MORE = 8;

interface HashViewProps {
  readonly hash: string;
  /** Zero bits that the network wants; a part of a bit counts. */
  readonly wanted: number;
}

/** The first bits as boxes, with the line that they must reach. */
export function HashView({ hash, wanted }: HashViewProps) {
  const found = zeroBitsOf(hash);
  const shown = Math.min(256, Math.max(BITS_MIN, Math.ceil(wanted) + BITS_MORE));
  const bits = BigInt(`0x${hash}`).toString(2).padStart(256, '0').slice(0, shown);
  const zeros = Math.floor(found / 4);
  const goal = Math.ceil(wanted);
  // A part of a bit is met by some ids with one zero less and by others not: the rule says it.
  const isEnough = BigInt(`0x${hash}`) < targetOf(Math.round(wanted * DIFFICULTY_BIT));
  return (
    <div class="stack hash-view">
      <code class="hash"><b>{hash.slice(0, zeros)}</b>{hash.slice(zeros)}</code>
      <div class="bits" role="img" aria-label={BLOCK.bitsLabel(found, formatBits(wanted))}>
        {[...bits].map((bit, index) => (
          <span
            key={index}
            class={`bit${index < found ? ' zero' : ''}${index === goal ? ' goal' : ''}`}
          >
            {bit}
          </span>
        ))}
      </div>
      <p class={isEnough ? 'good' : 'bad'}>
        {isEnough ? '✓ ' : '✗ '}{BLOCK.zeroBits(counted(found, 'zero bit'), formatBits(wanted))}
      </p>
    </div>
  );
}

interface HeaderBytesProps {
  readonly bytes: Uint8Array;
  /** Bytes that differ from these are marked. */
  readonly original?: Uint8Array;
  /** For those with a mouse; fields have buttons for everybody. */
  readonly onByte?: (index: number) => void;
}

export function HeaderBytes({ bytes, original, onByte }: HeaderBytesProps) {
  return (
    <div class="header-bytes" role="group" aria-label={BLOCK.headerBytes}>
      {FIELDS.map(({ name, from, to }, index) => (
        <span key={name} class="header-field" style={{ borderColor: seriesColour(index) }}>
          <span class="header-name">{BLOCK.fields[name]}</span>
          <code>
            {[...bytes.subarray(from, to)].map((byte, at) => (
              <span
                key={at} class={isChanged(original, from + at, byte) ? 'byte changed' : 'byte'}
                onClick={onByte === undefined ? undefined : () => onByte(from + at)}
              >
                {byte.toString(16).padStart(2, '0')}
              </span>
            ))}
          </code>
        </span>
      ))}
    </div>
  );
}

function isChanged(original: Uint8Array | undefined, index: number, byte: number): boolean {
  return original !== undefined && original[index] !== byte;
}
