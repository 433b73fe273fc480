/**
 * What this browser keeps between visits: the sign-in, the choice of colours, which
 * keys were copied.
 *
 * A browser may forbid storage, and then nothing is kept: the page works all the same.
 */
type Name = 'mvb-token' | 'mvb-theme' | 'mvb-copied-keys';

export function readStored(name: Name): string | undefined {
  try {
    return window.localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined; // Forbidden here.
  }
}

/** Undefined forgets. */
export function writeStored(name: Name, value: string | undefined): void {
  try {
    if (value === undefined) window.localStorage.removeItem(name);
    else window.localStorage.setItem(name, value);
  } catch {
    // Forbidden here: it is asked for again at the next visit.
  }
}
