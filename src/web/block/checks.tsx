/**
 * Rules with ticks.
 */
import type { Check } from '../../api/schema/chain.ts';
import { BLOCK } from '../words/block.ts';

export function Checks({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <ul class="checks">
      {checks.map(({ name, holds, detail }) => (
        <li key={name}>
          <span class={holds ? 'check-sign good' : 'check-sign bad'} aria-hidden="true">
            {holds ? '✓' : '✗'}
          </span>
          <span>
            <strong>{name}</strong>
            <span class="unseen">{`: ${holds ? BLOCK.holds : BLOCK.broken}. `}</span>
            {' '}<span class={holds ? 'muted' : 'bad'}>{detail}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
