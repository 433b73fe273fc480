/** The rule table against a chain, with toy signatures (`real-verifier.test.ts` has real ones). */
import { describe, expect, it } from 'vitest';
import { REJECTION_CODES, severityOf } from '../../src/consensus/rejection.ts';
import { toySigner, ToyVerifier } from '../support/toy-signatures.ts';
import { runRow } from './run-row.ts';
import { RULE_DRAFTS, ruleTable } from './table.ts';
import { writeRow } from './script.ts';

const CAST = { alice: toySigner('alice'), bob: toySigner('bob'), carol: toySigner('carol') };

describe('the rule table', () => {
  it.each(RULE_DRAFTS)('row $threat: $name', (draft) => {
    runRow(writeRow(draft, CAST), new ToyVerifier());
  });

  it('shows every rejection that a block can meet', () => {
    const steps = ruleTable(CAST).flatMap((row) => row.steps);
    const outcomes = new Set(steps.map((step) => step.outcome));
    const unseen = REJECTION_CODES.filter(
      (code) => severityOf({ code, details: {} }) !== 'policy' && !outcomes.has(code),
    );
    expect(unseen).toEqual([]);
  });

  it('has no two rows of the same name', () => {
    expect(new Set(RULE_DRAFTS.map((row) => row.name)).size).toBe(RULE_DRAFTS.length);
  });
});
