/**
 * Goal: only the token spends, a code gives it once, and guessing helps nobody and locks nobody out
 * (threats row 108).
 * Method: a clock by hand; whatever is no token is made by fast-check.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { SIGN_IN_CODE_MS, SIGN_IN_CODES_MAX, WRONG_TOKENS_BURST } from './limits.ts';
import { ProblemError } from './problem.ts';
import { SignIn } from './sign-in.ts';

const TOKEN = 'a1'.repeat(32);

function scene(token: string | undefined = TOKEN) {
  const clock = new ManualClock(1_000);
  return { clock, signIn: new SignIn(token, clock) };
}

/** The code of the problem that it ends with, or what it gave. */
function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return `${error.words.status} ${error.words.code}`;
  }
}

describe('the token', () => {
  it('is the one word that opens', () => {
    const { signIn } = scene();
    expect(signIn.isOwner(`Bearer ${TOKEN}`)).toBe(true);
    expect(signIn.isOwner(undefined)).toBe(false);
    expect(() => signIn.requireOwner(`Bearer ${TOKEN}`)).not.toThrow();
    expect(outcome(() => signIn.requireOwner(undefined))).toBe('401 token-needed');
  });

  it('is not any other text', () => {
    const nearly = fc.nat({ max: TOKEN.length - 1 }).map((at) =>
      `Bearer ${TOKEN.slice(0, at)}${TOKEN[at] === '0' ? '1' : '0'}${TOKEN.slice(at + 1)}`);
    const cut = fc.nat({ max: TOKEN.length - 1 }).map((at) => `Bearer ${TOKEN.slice(0, at)}`);
    const odd = fc.constantFrom('', 'Bearer', 'Bearer ', TOKEN, `bearer ${TOKEN}`,
      `Basic ${TOKEN}`, `Bearer  ${TOKEN}`, `Bearer ${TOKEN} `, `Bearer ${TOKEN.toUpperCase()}`,
      `Bearer ${TOKEN}, Bearer ${TOKEN}`, 'Bearer undefined');
    fc.assert(fc.property(fc.oneof(nearly, cut, odd, fc.string()), (text) => {
      const { signIn } = scene();
      return outcome(() => signIn.isOwner(text)) === '401 bad-token';
    }));
  });

  it('opens however many wrong ones were tried, which soon get another answer', () => {
    const { signIn, clock } = scene();
    for (let index = 0; index < WRONG_TOKENS_BURST; index++) {
      expect(outcome(() => signIn.isOwner('Bearer x'))).toBe('401 bad-token');
    }
    expect(outcome(() => signIn.isOwner('Bearer x'))).toBe('429 too-many-guesses');
    expect(outcome(() => signIn.redeem('x'))).toBe('429 too-many-guesses');
    expect(signIn.isOwner(`Bearer ${TOKEN}`)).toBe(true);
    expect(outcome(() => signIn.redeem(signIn.newCode()!))).toBe(TOKEN);
    clock.advance(60_000);
    expect(outcome(() => signIn.isOwner('Bearer x'))).toBe('401 bad-token');
  });
});

describe('a code', () => {
  it('works once', () => {
    const { signIn } = scene();
    const code = signIn.newCode()!;
    expect(code).toMatch(/^[\w-]{24}$/);
    expect(signIn.newCode()).not.toBe(code);
    expect(outcome(() => signIn.redeem(code))).toBe(TOKEN);
    expect(outcome(() => signIn.redeem(code))).toBe('403 bad-code');
  });

  it('ends after a day', () => {
    const { signIn, clock } = scene();
    const [early, late] = [signIn.newCode()!, signIn.newCode()!];
    clock.advance(SIGN_IN_CODE_MS - 1);
    expect(outcome(() => signIn.redeem(early))).toBe(TOKEN);
    clock.advance(1);
    expect(outcome(() => signIn.redeem(late))).toBe('403 bad-code');
  });

  it('gives way to the newest', () => {
    const { signIn } = scene();
    const codes = Array.from({ length: SIGN_IN_CODES_MAX + 1 }, () => signIn.newCode()!);
    expect(outcome(() => signIn.redeem(codes[0]!))).toBe('403 bad-code');
    for (const code of codes.slice(1)) expect(outcome(() => signIn.redeem(code))).toBe(TOKEN);
  });

  it('is not any other text, nor the token', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.constant(TOKEN)), (text) => {
      const { signIn } = scene();
      signIn.newCode();
      return outcome(() => signIn.redeem(text)) === '403 bad-code';
    }));
  });
});

describe('without a token', () => {
  it('nobody signs in, and who brings one reads like everybody', () => {
    const signIn = new SignIn(undefined, new ManualClock(0));
    expect(signIn.newCode()).toBeUndefined();
    expect(outcome(() => signIn.redeem('x'))).toBe('403 read-only');
    // A browser may still have the token of the miner that was at this address before.
    expect(signIn.isOwner('Bearer x')).toBe(false);
    for (const header of [undefined, 'Bearer x', 'Bearer undefined', 'Bearer ']) {
      expect(outcome(() => signIn.requireOwner(header))).toBe('403 read-only');
    }
  });
});
