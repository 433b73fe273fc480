/**
 * A text of `words/` whose `{names}` are filled with elements: so another language may put them
 * elsewhere.
 */
import type { ComponentChild } from 'preact';

interface SentenceProps {
  readonly text: string;
  readonly with: Readonly<Record<string, ComponentChild>>;
}

export function Sentence({ text, with: parts }: SentenceProps) {
  return <>{text.split(/[{}]/).map((piece, index) => (index % 2 === 0 ? piece : parts[piece]))}</>;
}
