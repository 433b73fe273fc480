/**
 * The box that takes a height, an id, an address or a name and goes there.
 */
import { useEffect, useState } from 'preact/hooks';
import type { SearchHit } from '../../api/schema/chain.ts';
import { shortId } from '../../lib/words.ts';
import { shortBlockId } from '../format.ts';
import { node } from '../node.ts';
import { navigate, place } from '../router.ts';
import { SEARCH } from '../words/common.ts';
import { ErrorNote } from './state.tsx';

type Outcome =
  | { readonly kind: 'nothing'; readonly text: string }
  | { readonly kind: 'many'; readonly hits: readonly SearchHit[] }
  | { readonly kind: 'failed'; readonly error: Error };

export function Search() {
  const [text, setText] = useState('');
  const [outcome, setOutcome] = useState<Outcome | undefined>(undefined);
  const here = place.value;
  useEffect(() => setOutcome(undefined), [here]);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (text.trim() === '') return;
    const found = await search(text.trim());
    setOutcome(found);
    if (found === undefined) setText('');
  };
  return (
    <form class="search" role="search" onSubmit={submit}>
      <input
        type="search" value={text} aria-label={SEARCH.label} placeholder={SEARCH.placeholder}
        autocomplete="off" autocapitalize="off" spellcheck={false} maxLength={200}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => (event.key === 'Escape' ? setOutcome(undefined) : undefined)}
      />
      <div role="status">
        {outcome === undefined ? null : <div class="search-note"><Found outcome={outcome} /></div>}
      </div>
    </form>
  );
}

/** Goes there when it is one thing; else what to show. */
async function search(text: string): Promise<Outcome | undefined> {
  try {
    const { items } = await node.search(text);
    if (items.length === 0) return { kind: 'nothing', text };
    if (items.length > 1) return { kind: 'many', hits: items };
    navigate(items[0]!.path);
    return undefined;
  } catch (error) {
    return { kind: 'failed', error: error as Error };
  }
}

function Found({ outcome }: { readonly outcome: Outcome }) {
  if (outcome.kind === 'failed') return <ErrorNote error={outcome.error} />;
  if (outcome.kind === 'nothing') {
    return <><p>{SEARCH.nothing(outcome.text)}</p><p class="muted">{SEARCH.nothingNext}</p></>;
  }
  return (
    <>
      <p>{SEARCH.many}</p>
      <ul>
        {outcome.hits.map(({ kind, id, path }) => (
          <li key={path}>
            <a href={path}>
              {kind} <code>{kind === 'block' ? shortBlockId(id) : shortId(id)}</code>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
