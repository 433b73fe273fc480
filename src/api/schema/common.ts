/**
 * The small shapes that all answers are made of.
 *
 * Owns: how ids, money, times and errors look in JSON, and what a page of a list is.
 * Does not own: what they describe (`chain.ts`, `network.ts`, `wallet.ts`).
 *
 * Names are those of `mvb ... --json`. Every field is always there; what does not apply is null.
 */
import { z } from '@hono/zod-openapi';

/** (policy) Items of a list in one answer. */
const PAGE_ITEMS_MAX = 100;
const PAGE_ITEMS_USUAL = 20;

const digits = /^[0-9a-f]{64}$/;

export const Id = z.string().regex(digits)
  .openapi({ description: '64 hexadecimal digits: of a block, a transaction, or an address' });

/** Coins as decimal text: JSON's numbers are too short for money. */
export const Coins = z.string().regex(/^\d{1,13}(\.\d{1,6})?$/)
  .openapi({ description: 'coins, with up to 6 decimals', example: '12.5' });

/** What an amount changed by. */
export const CoinsChange = z.string().regex(/^[+-]?\d{1,13}(\.\d{1,6})?$/)
  .openapi({ description: 'coins gained, or lost when below zero', example: '-2.000001' });

export const Hashes = z.string().regex(/^\d{1,78}$/)
  .openapi({ description: 'a number of hashes, as text because it may be great' });

export const Height = z.int().min(0)
  .openapi({ description: 'blocks before it; genesis has 0' });

export const TimeMs = z.number().openapi({ description: 'milliseconds since 1970 (UTC)' });

export const DurationMs = z.number().openapi({ description: 'milliseconds' });

export const Tag = z.string().max(20)
  .openapi({ description: 'what a miner calls itself; proves nothing' });

/** RFC 9457, with the code of the rejection and the next thing to do. */
export const Problem = z.object({
  type: z.string(),
  title: z.string().openapi({ description: 'the same for all problems of this code' }),
  status: z.int(),
  detail: z.string().openapi({ description: 'what happened, and why' }),
  code: z.string().openapi({ description: 'stable, for programs', example: 'insufficient-funds' }),
  next: z.string().nullable().openapi({ description: 'what to do now' }),
}).openapi('Problem');
export type Problem = z.infer<typeof Problem>;

/** The items of a list, and where it goes on. */
export function pageOf<Item extends z.ZodType>(name: string, item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable()
      .openapi({ description: 'give it as `cursor` to go on; null at the end' }),
  }).openapi(name);
}

/** One page of a list. */
export interface Page<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

/**
 * A whole number in a query, written in one way only: as JSON writes it. The document is told of
 * the limits in words of its own: it cannot read them from a text that becomes a number.
 */
export function whole(min: number, max: number) {
  const one = z.string().regex(/^(0|[1-9]\d{0,15})$/, 'it is no whole number')
    .transform(Number).pipe(z.int().min(min).max(max));
  const facts = { type: 'integer', minimum: min, maximum: max } as const;
  return {
    optional: (description: string) => one.optional().openapi({ ...facts, description }),
    usually: (usual: number, description: string) =>
      one.default(usual).openapi({ ...facts, default: usual, description }),
  };
}

/** The queries of every list. */
export const ListQuery = z.object({
  cursor: z.string().max(200).optional()
    .openapi({ description: 'the `next` of the page before' }),
  limit: whole(1, PAGE_ITEMS_MAX).usually(PAGE_ITEMS_USUAL, 'items at most'),
  format: z.enum(['json', 'csv']).default('json')
    .openapi({ description: 'csv gives the items as a table, RFC 4180' }),
});

/** Why something is as it is, in words. */
export const Reason = z.object({
  code: z.string().openapi({ description: 'stable, for programs' }),
  sentence: z.string(),
  next: z.string().openapi({ description: 'what to do, or that there is nothing to do' }),
}).openapi('Reason');
export type Reason = z.infer<typeof Reason>;
