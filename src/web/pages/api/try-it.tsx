/**
 * Asking a route from the page, and the same question for a shell.
 */
import { useState } from 'preact/hooks';
import { ErrorNote } from '../../components/state.tsx';
import { Copy } from '../../components/text.tsx';
import { formatNumber } from '../../format.ts';
import { API } from '../../words/api.ts';
import { curlOf, missingIn, pathWith } from './document.ts';
import type { Route, Values } from './document.ts';

/** (policy) Of an answer on the page; the rest is behind a link. */
const SHOWN_MAX = 20_000;

interface Answer {
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly ms: number;
  readonly text: string;
}

export function TryIt({ route }: { readonly route: Route }) {
  const [values, setValues] = useState<Values>({});
  const [answer, setAnswer] = useState<Answer | undefined>(undefined);
  const [failure, setFailure] = useState<Error | undefined>(undefined);
  const fields = route.parameters.filter(({ where }) => where === 'path' || where === 'query');
  const ask = async (event: Event): Promise<void> => {
    event.preventDefault();
    const missing = missingIn(route, values);
    if (missing !== undefined) {
      setFailure(new Error(API.missing(missing)));
      return;
    }
    try {
      setAnswer(await answerOf(pathWith(route, values)));
      setFailure(undefined);
    } catch (error) {
      setFailure(error as Error);
    }
  };
  const curl = curlOf(route, window.location.origin, values);
  return (
    <form class="stack try-it" onSubmit={(event) => void ask(event)}>
      <h3>{API.tryIt}</h3>
      {fields.length === 0 ? null : (
        <div class="try-fields">
          {fields.map(({ name, isRequired }) => (
            <label key={name}>
              <span>{name}{isRequired ? ` (${API.required})` : ''}</span>
              <input
                class="field mono" value={values[name] ?? ''} autocomplete="off" spellcheck={false}
                onInput={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
              />
            </label>
          ))}
        </div>
      )}
      <div class="row">
        <button type="submit" class="button primary">{API.send}</button>
        <span class="id">
          <span class="command">{curl}</span><Copy text={curl} what={API.curl} />
        </span>
      </div>
      <div role="status">{answer === undefined ? null : <Shown answer={answer} />}</div>
      {failure === undefined ? null : <ErrorNote error={failure} />}
    </form>
  );
}

async function answerOf(path: string): Promise<Answer> {
  const startedAt = performance.now();
  const response = await fetch(path, { credentials: 'omit' });
  const text = await response.text();
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  return {
    path, status: response.status, type, ms: Math.round(performance.now() - startedAt),
    text: type.endsWith('json') ? indented(text) : text,
  };
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text; // As it came.
  }
}

function Shown({ answer: { path, status, type, ms, text } }: { readonly answer: Answer }) {
  return (
    <div class="stack">
      <p class={status < 400 ? 'good' : 'bad'}>{API.result(status, type, ms)}</p>
      <pre class="answer" tabIndex={0}><code>{text.slice(0, SHOWN_MAX)}</code></pre>
      {text.length <= SHOWN_MAX ? null : (
        <p class="muted">{API.cut(formatNumber(SHOWN_MAX))}<a href={path}>{API.whole}</a></p>
      )}
    </div>
  );
}
