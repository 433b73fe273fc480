/**
 * Reading something for a page: the value, or what went wrong, or that it is still to come.
 */
import { useEffect, useState } from 'preact/hooks';
import { noticeRefusal } from './session.ts';

export interface Loaded<Value> {
  readonly value: Value | undefined;
  readonly error: Error | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface Held<Value> {
  readonly of: string;
  readonly value?: Value;
  readonly error?: Error;
}

/**
 * Loads what `of` names, and again when `fresh` changes; the old value stays until the new one is
 * there. Another `of` is another thing, and begins with nothing.
 */
export function useLoad<Value>(
  of: string, load: () => Promise<Value>, fresh: number | string = 0,
): Loaded<Value> {
  const [held, setHeld] = useState<Held<Value>>({ of });
  const [count, setCount] = useState(0);
  const [isLoading, setLoading] = useState(true);
  useEffect(() => {
    let isCurrent = true;
    setLoading(true);
    load().then((value) => ({ of, value }), (error: unknown) => {
      noticeRefusal(error);
      return { of, error: error as Error };
    }).then((next: Held<Value>) => {
      if (!isCurrent) return;
      setLoading(false);
      // An old value is better than none while the miner is away.
      setHeld((old) => (next.error !== undefined && old.of === of && old.value !== undefined
        ? { ...old, error: next.error } : next));
    });
    return () => {
      isCurrent = false;
    };
  }, [of, fresh, count]);
  const isThis = held.of === of;
  return {
    value: isThis ? held.value : undefined,
    error: isThis ? held.error : undefined,
    isLoading: isLoading || !isThis,
    reload: () => setCount((old) => old + 1),
  };
}
