/**
 * Assertions: a condition that only a bug can break.
 *
 * They stay on in production, and the process stops: a node that is wrong about itself must not go
 * on to be wrong about money. Never use them on what a peer, a user or a disk has sent.
 */

export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

export function assert(condition: boolean, message = 'assertion failed'): asserts condition {
  if (!condition) throw new AssertionError(message);
}
