/**
 * A picture with what belongs to every picture: a heading, a sentence that says what one sees, the
 * same data as a table, and the data itself.
 */
import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { COMMON } from '../words/common.ts';

interface FigureProps {
  readonly title: string;
  /** What am I seeing? One sentence. */
  readonly seeing: string;
  /** A `DataTable` with the same data; shown on demand. */
  readonly table?: ComponentChildren;
  /** Where the data is: a path of the API. */
  readonly json?: string | undefined;
  readonly csv?: string | undefined;
  /** Without a frame, where it is the page itself. */
  readonly isBare?: boolean;
  /** More things to press, beside the links. */
  readonly controls?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Figure(props: FigureProps) {
  const { title, seeing, table, json, csv, isBare = false, controls, children } = props;
  const id = useId();
  const [isTableShown, setTableShown] = useState(false);
  return (
    <figure class={isBare ? 'figure' : 'figure card'} aria-labelledby={id}>
      <figcaption class="figure-head">
        <h2 id={id}>{title}</h2>
        <p class="figure-seeing">{seeing}</p>
      </figcaption>
      {children}
      <div class="figure-foot">
        {controls}
        {table === undefined ? null : (
          <button
            type="button" class="button quiet small" aria-expanded={isTableShown}
            onClick={() => setTableShown(!isTableShown)}
          >
            {isTableShown ? COMMON.hideTable : COMMON.showTable}
          </button>
        )}
        <DataLinks json={json} csv={csv} />
      </div>
      {isTableShown ? table : null}
    </figure>
  );
}

interface DataLinksProps {
  readonly json?: string | undefined;
  readonly csv?: string | undefined;
}

/** The data behind what is shown, one press away. */
export function DataLinks({ json, csv }: DataLinksProps) {
  return (
    <>
      {json === undefined ? null : <a href={json}>{COMMON.json}</a>}
      {csv === undefined ? null : <a href={csv}>{COMMON.csv}</a>}
    </>
  );
}
