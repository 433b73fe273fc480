/**
 * The page of the API: its routes, read from the description that programs get.
 */
import { Fragment } from 'preact';
import { ApiError } from '../../../client/problem-error.ts';
import { DataTable } from '../../components/data-table.tsx';
import { PageHead } from '../../components/page.tsx';
import { Loading } from '../../components/state.tsx';
import { Copy } from '../../components/text.tsx';
import { useLoad } from '../../load.ts';
import { API } from '../../words/api.ts';
import { curlOf, routesOf } from './document.ts';
import type { Document, Field, Route } from './document.ts';
import { TryIt } from './try-it.tsx';

const DESCRIPTION = '/api/openapi.json';

/** The description is no list and has no types: it is read as any program would. */
async function read(): Promise<Document> {
  const response = await fetch(DESCRIPTION, { credentials: 'omit' });
  if (!response.ok) {
    throw new ApiError({
      code: 'bad-answer', status: response.status, next: null,
      detail: `${DESCRIPTION}: ${response.status} ${response.statusText}`,
    });
  }
  return await response.json() as Document;
}

export function Page() {
  const description = useLoad('description', read);
  return (
    <>
      <PageHead title={API.title} about={API.about} />
      <div class="stack">
        <ForMachines />
        <Examples />
        <Loading of={description} lines={10}>
          {(document) => <Groups routes={routesOf(document)} />}
        </Loading>
      </div>
    </>
  );
}

function ForMachines() {
  return (
    <section class="card stack" aria-labelledby="machines">
      <h2 id="machines">{API.forMachines}</h2>
      <dl class="facts">
        {API.machines.map(([href, name, text]) => (
          <Fragment key={href}>
            <dt><a href={href}>{name}</a></dt><dd><code>{href}</code> {text}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

function Examples() {
  const { origin } = window.location;
  return (
    <div class="halves">
      <section class="card stack" aria-labelledby="client">
        <h2 id="client">{API.clientTitle}</h2>
        <p class="figure-seeing">{API.clientText}</p>
        <Code text={API.client.replace('ORIGIN', origin)} />
      </section>
      <section class="card stack" aria-labelledby="terminal">
        <h2 id="terminal">{API.curlTitle}</h2>
        <p class="figure-seeing">{API.curlText}</p>
        <Code text={`curl '${origin}/api/blocks?limit=3'`} />
        <Code text={`curl -N '${origin}/api/events'`} />
        <Code
          text={`curl -H "Authorization: Bearer $(cat dashboard-token)" '${origin}/api/wallet'`}
        />
      </section>
    </div>
  );
}

function Code({ text }: { readonly text: string }) {
  return (
    <div class="code-block">
      <pre tabIndex={0}><code>{text}</code></pre><Copy text={text} what={API.curlTitle} />
    </div>
  );
}

function Groups({ routes }: { readonly routes: readonly Route[] }) {
  const groups = [...new Set(routes.map(({ group }) => group))];
  return (
    <>
      {groups.map((group) => (
        <section key={group} class="stack routes" aria-labelledby={`group-${group}`}>
          <h2 id={`group-${group}`}>{API.groups[group as keyof typeof API.groups] ?? group}</h2>
          {routes.filter((one) => one.group === group).map((route) => (
            <RouteCard key={`${route.method} ${route.path}`} route={route} />
          ))}
        </section>
      ))}
    </>
  );
}

function RouteCard({ route }: { readonly route: Route }) {
  const { method, path, summary, needsToken, parameters, body, answer, answers } = route;
  return (
    <details class="card route">
      <summary>
        <span class={`method ${method.toLowerCase()}`}>{method}</span>
        <code class="route-path">{path}</code>
        <span class="muted">{summary}</span>
        {needsToken ? <span class="chip">{API.needsToken}</span> : null}
      </summary>
      <div class="stack">
        {parameters.length === 0 ? null : (
          <Fields
            caption={API.parameters}
            fields={parameters.map((one) => ({ ...one, name: `${one.name} (${one.where})` }))}
          />
        )}
        {body.length === 0 ? null : <Fields caption={API.body} fields={body} />}
        {answer.fields.length === 0 ? <p>{API.answer}: <code>{answer.type}</code></p>
          : <Fields caption={`${API.answer}: ${answer.type}`} fields={answer.fields} />}
        <ul class="answers" aria-label={API.answers}>
          {answers.map(({ status, meaning }) => (
            <li key={status}><code>{status}</code> <span class="muted">{meaning}</span></li>
          ))}
        </ul>
        {route.isTryable ? <TryIt route={route} /> : (
          <div class="stack">
            <h3>{API.curl}</h3>
            <Code text={curlOf(route, window.location.origin)} />
          </div>
        )}
      </div>
    </details>
  );
}

interface FieldsProps {
  readonly caption: string;
  readonly fields: readonly Field[];
}

function Fields({ caption, fields }: FieldsProps) {
  return (
    <DataTable
      caption={caption} rows={fields} keyOf={({ name }) => name}
      columns={[
        {
          name: 'name', head: API.name,
          cell: ({ name, isRequired }) => (
            <><code>{name}</code>{isRequired ? null : <span class="muted"> ?</span>}</>
          ),
        },
        { name: 'type', head: API.type, cell: ({ type }) => <code class="type">{type}</code> },
        { name: 'meaning', head: API.meaning, look: 'wrap', cell: ({ meaning }) => meaning },
      ]}
    />
  );
}
