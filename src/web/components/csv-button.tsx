/**
 * A table of the page as a file: for what the API gives as no list, or only to the owner.
 */
import { useState } from 'preact/hooks';
import { csv } from '../../lib/csv.ts';
import type { Cell } from '../../lib/csv.ts';
import { COMMON } from '../words/common.ts';

interface CsvButtonProps {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly heading: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export function CsvButton({ name, heading, rows }: CsvButtonProps) {
  return (
    <button
      type="button" class="button quiet small" onClick={() => save(name, csv(heading, rows))}
    >
      {COMMON.csv}
    </button>
  );
}

interface FetchedCsvProps {
  readonly name: string;
  readonly label: string;
  /** A link would not carry the token. */
  readonly fetch: () => Promise<string>;
}

export function FetchedCsv({ name, label, fetch }: FetchedCsvProps) {
  const [failure, setFailure] = useState<Error | undefined>(undefined);
  const run = async (): Promise<void> => {
    try {
      save(name, await fetch());
      setFailure(undefined);
    } catch (error) {
      setFailure(error as Error);
    }
  };
  return (
    <>
      <button type="button" class="button small" onClick={() => void run()}>{label}</button>
      {failure === undefined ? null : <span class="bad" role="alert">{failure.message}</span>}
    </>
  );
}

/** Hands a text to the browser as a file. */
function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
