/**
 * Goal: `docs/simulator.md` cannot rot: its tables are what the code has.
 * Method: the page's tables are read as text and compared, row by row.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SETTING_NAMES, SETTINGS, settingRow } from '../src/cli/simulate/options.ts';
import { presetNames } from '../src/cli/simulate/scenario-file.ts';

const page = readFileSync(new URL('../docs/simulator.md', import.meta.url), 'utf8');

function tableOf(heading: string): readonly (readonly string[])[] {
  const lines = page.split('\n');
  const start = lines.indexOf(heading);
  expect(start, `no table ${heading}`).toBeGreaterThanOrEqual(0);
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start + 2, start + length)
    .map((line) => line.slice(2, -2).split(' | ').map((cell) => cell.replaceAll('`', '')));
}

it('has every setting with its form, what is usual, and its meaning', () => {
  expect(tableOf('| Setting | Form | Usual | Meaning |')).toEqual(SETTING_NAMES.map((name) => {
    const { form, usual, meaning, isNumber } = settingRow(name);
    return [name, isNumber === true ? `${form} *` : form, usual === '' ? '-' : usual, meaning];
  }));
});

it('has every attacker', () => {
  const kinds = SETTINGS.attacker.form.split(/, | or /).filter((kind) => kind !== 'none');
  expect(tableOf('| Attacker | Node 0 |').map(([kind]) => kind)).toEqual(kinds);
});

it('names scenarios that there are', () => {
  const named = [...page.matchAll(/^mvb simulate ([a-z][\w-]+)/gm)].map(([, name]) => name!);
  expect(named.filter((name) => ![...presetNames(), 'papers'].includes(name))).toEqual([]);
  expect(named.length).toBeGreaterThan(3);
});
