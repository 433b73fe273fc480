/**
 * What somebody most likely meant. Owns: the distance between words.
 * Does not own: any list of words.
 */

/** Words longer than this are not compared: the work grows with the square. */
const WORD_LENGTH_MAX = 64;

/** The known word nearest to the unknown one, or undefined when none is near. */
export function nearest(unknown: string, known: Iterable<string>): string | undefined {
  if (unknown.length > WORD_LENGTH_MAX) return undefined;
  let best: { word: string; distance: number } | undefined;
  for (const word of known) {
    const distance = distanceOf(unknown.toLowerCase(), word.toLowerCase());
    if (best === undefined || distance < best.distance) best = { word, distance };
  }
  if (best === undefined) return undefined;
  // A third of the letters, and at least two, may be wrong; more is another word.
  return best.distance <= Math.max(2, Math.floor(best.word.length / 3)) ? best.word : undefined;
}

/** `Did you mean x?`, or undefined when nothing is near. */
export function suggestion(unknown: string, known: Iterable<string>): string | undefined {
  const word = nearest(unknown, known);
  return word === undefined ? undefined : `Did you mean ${word}?`;
}

/** Insertions, deletions, replacements and swaps of neighbours that make one word the other. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      let least = Math.min(
        previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + (isSame ? 0 : 1),
      );
      const isSwapped = row > 1 && column > 1
        && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwapped) least = Math.min(least, before[column - 2]! + 1);
      current.push(least);
    }
    [before, previous] = [previous, current];
  }
  return previous[b.length]!;
}
