/** The `Random` door: the operating system's random bytes. Owns nothing else. */
import { randomFillSync } from 'node:crypto';
import type { Random } from '../ports.ts';

export class SystemRandom implements Random {
  bytes(count: number): Uint8Array {
    return randomFillSync(new Uint8Array(count));
  }
}
