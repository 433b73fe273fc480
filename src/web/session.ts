/**
 * Who sits at this browser: a visitor, or the owner, who may spend.
 *
 * Owns: turning the one-time code of the address that `mvb miner` prints into the token, keeping
 * the token, and forgetting it.
 * Does not own: what needs it (the server decides).
 */
import { signal } from '@preact/signals';
import { ApiError } from '../client/problem-error.ts';
import { node } from './node.ts';
import { readStored, writeStored } from './stored.ts';

/** The code travels behind `#`, which browsers send to no server and write in no log. */
const CODE = /^#sign-in=(.+)$/;

export const isSignedIn = signal(false);
/** Why the last attempt did not work, or undefined. */
export const signInFailure = signal<Error | undefined>(undefined);

/** Uses the token that is kept, and the code of the address when there is one. */
export function startSession(): void {
  useToken(readStored('mvb-token'));
  readFragment();
  window.addEventListener('hashchange', readFragment);
}

function readFragment(): void {
  const code = CODE.exec(window.location.hash)?.[1];
  if (code === undefined) return;
  // At once: who looks over a shoulder or into the history must not find it.
  const { pathname, search } = window.location;
  window.history.replaceState(window.history.state, '', `${pathname}${search}`);
  void signIn(code);
}

/** Takes the code; what goes wrong is in `signInFailure`. */
async function signIn(code: string): Promise<void> {
  try {
    const { token } = await node.signIn(code);
    writeStored('mvb-token', token);
    useToken(token);
    signInFailure.value = undefined;
  } catch (error) {
    // A link is often opened twice, and its code works once: who is signed in stays so.
    if (!isSignedIn.value) signInFailure.value = error as Error;
  }
}

/** Uses a token that somebody typed; the next answer tells whether it is right. */
export function signInWith(token: string): void {
  writeStored('mvb-token', token);
  useToken(token);
  signInFailure.value = undefined;
}

export function signOut(): void {
  writeStored('mvb-token', undefined);
  useToken(undefined);
}

/** Signs out when the server says that the token is not (or no longer) right. */
export function noticeRefusal(error: unknown): void {
  if (error instanceof ApiError && error.status === 401 && isSignedIn.value) signOut();
}

function useToken(token: string | undefined): void {
  node.setToken(token);
  isSignedIn.value = token !== undefined;
}
