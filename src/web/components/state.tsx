/**
 * What is shown when there is nothing to show yet, nothing at all, or a fault.
 */
import type { ComponentChildren } from 'preact';
import { ApiError } from '../../client/problem-error.ts';
import type { Loaded } from '../load.ts';
import { COMMON } from '../words/common.ts';

/** Grey lines in the place of what is being loaded. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div class="stack" role="status" aria-label={COMMON.loading}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} class="skeleton" style={{ width: `${92 - ((index * 23) % 45)}%` }} />
      ))}
    </div>
  );
}

interface EmptyStateProps {
  /** What there is not. */
  readonly what: string;
  /** Why, and what to do about it. */
  readonly children?: ComponentChildren;
}

export function EmptyState({ what, children }: EmptyStateProps) {
  return <div class="empty"><strong>{what}</strong><div>{children}</div></div>;
}

interface ErrorNoteProps {
  readonly error: Error;
  readonly onRetry?: (() => void) | undefined;
}

/** What happened, why, and what to do: the three parts of the API's problems. */
export function ErrorNote({ error, onRetry }: ErrorNoteProps) {
  const next = error instanceof ApiError ? error.next : null;
  return (
    <div class="note bad" role="alert">
      <span class="note-title">{error.message}</span>
      {next === null ? null : <span>{COMMON.next} {next}</span>}
      {onRetry === undefined ? null : (
        <div><button type="button" class="button small" onClick={onRetry}>
          {COMMON.tryAgain}
        </button></div>
      )}
    </div>
  );
}

interface LoadingProps<Value> {
  readonly of: Loaded<Value>;
  readonly lines?: number;
  readonly children: (value: Value) => ComponentChildren;
}

/** The value once it is there; a fault beside an old value is shown above it. */
export function Loading<Value>({ of, lines = 4, children }: LoadingProps<Value>) {
  const { value, error, reload } = of;
  if (value === undefined && error === undefined) return <Skeleton lines={lines} />;
  return (
    <>
      {error === undefined ? null : <ErrorNote error={error} onRetry={reload} />}
      {value === undefined ? null : children(value)}
    </>
  );
}
