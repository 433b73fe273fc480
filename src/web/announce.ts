/**
 * Words for those who cannot see that something changed.
 */
import { signal } from '@preact/signals';

/** The layout has it in a live region. */
export const announcement = signal('');

export function announce(text: string): void {
  // The same words again are read again only when they differ.
  announcement.value = announcement.value === text ? `${text}\u00a0` : text;
}
