/**
 * Light or dark: the system's choice unless the visitor made one.
 */
import { computed, signal } from '@preact/signals';
import { readStored, writeStored } from './stored.ts';

export type Theme = 'auto' | 'light' | 'dark';

const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'dark', dark: 'light', light: 'auto' };

const system = window.matchMedia('(prefers-color-scheme: dark)');
const isSystemDark = signal(system.matches);
const isTheme = (text: string | undefined): text is Theme => text !== undefined && text in NEXT;
const stored = readStored('mvb-theme');

/** What the visitor chose. */
export const theme = signal<Theme>(isTheme(stored) ? stored : 'auto');

/** What is to be seen; pictures on a canvas are drawn again when it changes. */
export const isDark = computed(
  () => (theme.value === 'auto' ? isSystemDark.value : theme.value === 'dark'),
);

/** Puts the choice on the page; called once, before anything is drawn. */
export function startTheme(): void {
  system.addEventListener('change', () => {
    isSystemDark.value = system.matches;
  });
  apply();
}

/** As the system, dark, light, and again. */
export function changeTheme(): void {
  theme.value = NEXT[theme.value];
  writeStored('mvb-theme', theme.value === 'auto' ? undefined : theme.value);
  apply();
}

function apply(): void {
  const root = document.documentElement;
  if (theme.value === 'auto') root.removeAttribute('data-theme');
  else root.setAttribute('data-theme', theme.value);
}

/** A CSS colour such as `var(--accent)` as a canvas can use it. */
export function resolvedColour(colour: string): string {
  const probe = document.createElement('span');
  probe.style.color = colour;
  document.body.append(probe);
  const resolved = window.getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}
