/**
 * A copy of a header that a visitor may spoil: what becomes of its hash and of the rules.
 */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Block } from '../../api/schema/chain.ts';
import { sha256Hex } from '../../crypto/sha256.ts';
import { bytesToHex, hexToBytes } from '../../lib/bytes.ts';
import { counted } from '../../lib/words.ts';
import { Sentence } from '../components/sentence.tsx';
import { Loading } from '../components/state.tsx';
import { formatNumber, shortBlockId } from '../format.ts';
import { useLoad } from '../load.ts';
import { node } from '../node.ts';
import { BLOCK } from '../words/block.ts';
import { Checks } from './checks.tsx';
import { HashView, HeaderBytes } from './hash-view.tsx';
import { FIELDS, fieldText, withField, withFlippedBit } from './header-fields.ts';
import type { Field } from './header-fields.ts';
import { SearchPanel } from './search-panel.tsx';

/** (policy) The node is asked when nothing was changed for so long. */
const SETTLE_MS = 250;

export function Sandbox({ block }: { readonly block: Block }) {
  const original = useMemo(() => hexToBytes(block.header)!, [block.header]);
  const [bytes, setBytes] = useState(original);
  const hash = sha256Hex(bytes);
  const isChanged = hash !== block.id;
  return (
    <section class="card stack" aria-labelledby="sandbox">
      <div>
        <div class="row spread">
          <h2 id="sandbox">{BLOCK.sandbox}</h2>
          <button
            type="button" class="button small" disabled={!isChanged}
            onClick={() => setBytes(original)}
          >
            {BLOCK.reset}
          </button>
        </div>
        <p class="figure-seeing">{BLOCK.sandboxSeeing}</p>
      </div>
      <HeaderBytes
        bytes={bytes} original={original}
        onByte={(index) => setBytes(withFlippedBit(bytes, index))}
      />
      <div class="sandbox-fields">
        {FIELDS.map((field) => (
          <FieldInput key={field.name} field={field} bytes={bytes} onBytes={setBytes} />
        ))}
      </div>
      <HashView hash={hash} wanted={block.difficulty} />
      {isChanged ? <Consequences block={block} bytes={bytes} hash={hash} />
        : <p class="muted">{BLOCK.unchanged}</p>}
      <SearchPanel block={block} bytes={bytes} onFound={setBytes} />
    </section>
  );
}

interface FieldInputProps {
  readonly field: Field;
  readonly bytes: Uint8Array;
  readonly onBytes: (bytes: Uint8Array) => void;
}

function FieldInput({ field, bytes, onBytes }: FieldInputProps) {
  const text = fieldText(bytes, field);
  // What is being written may not fit yet; it stays until the field changes otherwise.
  const [draft, setDraft] = useState<string | undefined>(undefined);
  useEffect(() => setDraft(undefined), [text]);
  const id = `field-${field.name}`;
  const label = BLOCK.fields[field.name];
  const write = (next: string): void => {
    const changed = withField(bytes, field, next);
    if (changed === undefined || fieldText(changed, field) === text) setDraft(next);
    else onBytes(changed);
  };
  const isBad = draft !== undefined && withField(bytes, field, draft) === undefined;
  return (
    <div class="sandbox-field">
      <label for={id}>{label}</label>
      <div class="row tight sandbox-input">
        <input
          id={id} class="field mono" value={draft ?? text} spellcheck={false} autocomplete="off"
          inputMode={field.kind === 'number' ? 'numeric' : 'text'} aria-invalid={isBad}
          onInput={(event) => write(event.currentTarget.value)}
        />
        <button
          type="button" class="button small" aria-label={BLOCK.flip(label)}
          onClick={() => onBytes(withFlippedBit(bytes, lastByteOf(bytes, field)))}
        >
          {BLOCK.flipText}
        </button>
      </div>
      {isBad ? <span class="bad">{BLOCK.badField}</span> : null}
    </div>
  );
}

/** Of a text, the last letter: a bit in the zeros behind it would make it no text at all. */
function lastByteOf(bytes: Uint8Array, { from, to, kind }: Field): number {
  if (kind !== 'text') return to - 1;
  let last = to - 1;
  while (last > from && bytes[last] === 0) last--;
  return last;
}

interface ConsequencesProps {
  readonly block: Block;
  readonly bytes: Uint8Array;
  readonly hash: string;
}

function Consequences({ block, bytes, hash }: ConsequencesProps) {
  const header = bytesToHex(bytes);
  const [settled, setSettled] = useState(header);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(header), SETTLE_MS);
    return () => window.clearTimeout(timer);
  }, [header]);
  const loaded = useLoad('rules', () => node.checkHeader(settled), settled);
  const { next_id, height, depth } = block;
  return (
    <>
      <p>
        <Sentence
          text={BLOCK.changed}
          with={{
            old: <code>{shortBlockId(block.id)}</code>, new: <code>{shortBlockId(hash)}</code>,
          }}
        />
        {next_id === null ? null : (
          <span class="bad">
            {` ${BLOCK.orphaned(formatNumber(height + 1), counted(depth - 1, 'block'))}`}
          </span>
        )}
      </p>
      <div class="stack">
        <h3>{BLOCK.rulesNow}</h3>
        <p class="figure-seeing">{BLOCK.askRules}</p>
        <Loading of={loaded}>{({ checks }) => <Checks checks={checks} />}</Loading>
      </div>
    </>
  );
}
