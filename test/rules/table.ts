/** The rule table: all rows, in the order of the threats that they answer. */
import { BRANCH_ROWS, REORGANISATION_ROWS } from './fork-rows.ts';
import { TIME_ROWS, WORK_ROWS } from './header-rows.ts';
import {
  BODY_ROWS, ORDER_ROWS, REWARD_ROWS, SELF_AND_AMOUNT_ROWS, SIZE_ROWS,
} from './money-rows.ts';
import { KEY_ROWS, REPLAY_ROWS } from './payment-rows.ts';
import { writeRow } from './script.ts';
import type { Cast, RowDraft, RuleRow } from './script.ts';

/** Rows that have not met their cast. All of the cast's signatures must have 64 bytes. */
export const RULE_DRAFTS: readonly RowDraft[] = [
  ...SELF_AND_AMOUNT_ROWS, ...ORDER_ROWS, ...REWARD_ROWS, ...SIZE_ROWS, ...BODY_ROWS, ...KEY_ROWS,
  ...REPLAY_ROWS, ...WORK_ROWS, ...TIME_ROWS, ...BRANCH_ROWS, ...REORGANISATION_ROWS,
];

/** The rows as data, signed by the cast. */
export function ruleTable(cast: Cast): RuleRow[] {
  return RULE_DRAFTS.map((draft) => writeRow(draft, cast));
}
