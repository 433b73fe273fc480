/**
 * Goal: what a user writes becomes the scenario that was meant, or an error that says where.
 * Method: texts of every setting, files on disk, and the scenarios that come with the program.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { DEFAULT_SCENARIO } from '../../sim/scenario/scenario.ts';
import { UserError } from '../user-error.ts';
import { flagOf, SETTING_NAMES, SETTINGS, settingRow } from './options.ts';
import type { SettingName } from './options.ts';
import {
  presetNames, readPreset, readScenarioFile, scenarioText,
} from './scenario-file.ts';
import { pointsOf } from './settings.ts';
import type { Given } from './settings.ts';

const given = (values: Partial<Record<SettingName, string | readonly string[]>>): Given[] =>
  Object.entries(values).map(([name, text]) => ({
    name: name as SettingName, texts: [text].flat(), origin: flagOf(name as SettingName),
    isFile: false,
  }));
const scenarioOf = (values: Parameters<typeof given>[0]) => pointsOf(given(values))[0]!.scenario;
const whatOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return error.what;
    throw error;
  }
  return 'no error';
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mvb-scenario-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('settings', () => {
  it('that are not given are those of the simulator', () => {
    expect(scenarioOf({})).toEqual(DEFAULT_SCENARIO);
  });

  test.each([
    [{ shares: 'zipf:1.2' }, { shares: { kind: 'zipf', exponent: 1.2 } }],
    [{ nodes: '3', shares: '5, 3,2' }, { shares: { kind: 'list', weights: [5, 3, 2] } }],
    [{ topology: 'ring' }, { topology: { kind: 'ring' } }],
    [{ topology: 'random:4' }, { topology: { kind: 'random', degree: 4 } }],
    [
      { topology: 'small-world:4:0.1' },
      { topology: { kind: 'smallWorld', degree: 4, rewired: 0.1 } },
    ],
    [{ topology: '0-1,1-2' }, { topology: { kind: 'edges', edges: [[0, 1], [1, 2]] } }],
    [{ latency: '250' }, { latency: { kind: 'constant', ms: 250 } }],
    [{ latency: 'uniform:5:50' }, { latency: { kind: 'uniform', minMs: 5, maxMs: 50 } }],
    [{ latency: 'exponential:70' }, { latency: { kind: 'exponential', meanMs: 70 } }],
    [{ latency: 'lognormal:80:0.6' }, { latency: { kind: 'lognormal', medianMs: 80, sigma: 0.6 } }],
    [{ bandwidth_mbits: '2.5' }, { bandwidthMbits: 2.5 }],
    [{ bandwidth_mbits: 'none' }, { bandwidthMbits: undefined }],
    [{ nodes: '7' }, { nodes: 7, miners: 7 }],
    [{ hours: '2' }, { duration: { kind: 'hours', hours: 2 } }],
    [
      { up_minutes: '30', down_minutes: '5' },
      { faults: { churn: { meanUpMinutes: 30, meanDownMinutes: 5 }, partition: undefined } },
    ],
    [
      { cut_from_hours: '1', cut_to_hours: '2', cut_share: '0.3' },
      { faults: { churn: undefined, partition: { fromHours: 1, toHours: 2, share: 0.3 } } },
    ],
    [
      { attacker: 'double-spend', share: '0.25', confirmations: '3', head_start: 'pre-mined' },
      { attacker: {
        kind: 'doubleSpend', share: 0.25, confirmations: 3, giveUp: { behind: 30 },
        headStart: 'preMined',
      } },
    ],
    [
      { attacker: 'selfish', gamma: '0' }, { attacker: { kind: 'selfish', share: 0.3, gamma: 0 } },
    ],
    [
      { attacker: 'withholding', hold_seconds: '9' },
      { attacker: { kind: 'withholding', share: 0.3, holdSeconds: 9 } },
    ],
    [{ attacker: 'eclipse' }, { attacker: { kind: 'eclipse', share: 0.3, confirmations: 6 } }],
    [
      { attacker: 'timestamp', ahead_seconds: '-60' },
      { attacker: { kind: 'timestamp', share: 0.3, aheadSeconds: -60 } },
    ],
    [
      { attacker: 'majority', depth: '9' },
      { attacker: { kind: 'majority', share: 0.3, depth: 9 } },
    ],
    [
      { attacker: 'partition', cut_from_hours: '1', cut_to_hours: '2', cut_share: '0.3' },
      { attacker: { kind: 'partition', cut: { fromHours: 1, toHours: 2, share: 0.3 } } },
    ],
  ] as const)('%j are what they say', (values, expected) => {
    expect(scenarioOf(values)).toMatchObject(expected);
  });

  test.each([
    [{ nodes: 'many' }, /^nodes must be a whole number, not "many" \(--nodes\)\.$/],
    [{ nodes: '0x10' }, /^nodes must be a whole number/],
    [{ nodes: '2.5' }, /^This scenario cannot be run: nodes must be a whole number/],
    [{ latency: 'uniform:5' }, /^latency must be ms, uniform:MIN:MAX.*not "uniform:5"/],
    [{ shares: 'equal:3' }, /^shares must be equal, zipf:EXPONENT/],
    [{ topology: '0-1,x' }, /^topology must be/],
    [{ attacker: 'toString' }, /^attacker must be none, double-spend/],
    [{ gamma: '0' }, /^gamma is of the attacker selfish, and there is none here \(--gamma\)/],
    [{ attacker: 'selfish', confirmations: '2' }, /^confirmations is of attackers such as/],
    [{ attacker: 'partition' }, /^The attacker partition needs cut_from_hours/],
    [{ up_minutes: '5' }, /^up_minutes needs down_minutes too/],
    [{ hours: '1', blocks: '5' }, /by hours or by blocks, not by both/],
    [{ shares: ['1,2', '2,1'] }, /^shares takes one value, not 2/],
    [
      { nodes: ['3', '4'], share: '0', attacker: 'selfish' },
      /^This scenario cannot be run at nodes 3: share of the attacker/,
    ],
  ] as const)('%j are refused', (values, words) => {
    expect(whatOf(() => scenarioOf(values))).toMatch(words);
  });

  it('with several values are all points, the last one fastest, to a limit', () => {
    const points = pointsOf(given({ nodes: ['3', '4'], latency: ['5', '6', '7'] }));
    expect(points.map(({ values }) => `${values.nodes} ${values.latency}`))
      .toEqual(['3 5', '3 6', '3 7', '4 5', '4 6', '4 7']);
    expect(points[4]!.scenario).toMatchObject({ nodes: 4, latency: { kind: 'constant', ms: 6 } });
    const many = Array.from({ length: 101 }, (_, index) => `${index + 2}`);
    expect(whatOf(() => pointsOf(given({ nodes: many, latency: many }))))
      .toMatch(/^These values make 10201 points, and 1000 is the most/);
  });

  it('of any text are a scenario or an error for people', () => {
    const name = fc.constantFrom(...SETTING_NAMES);
    const text = fc.oneof(fc.string(), fc.constantFrom('random:', '::', '1e999', '-', 'zipf:-'));
    fc.assert(fc.property(fc.dictionary(name, text), (values) => {
      try {
        scenarioOf(values);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }));
  });
});

describe('a file of a scenario', () => {
  const file = (text: string): string => {
    const path = join(folder, 'mine.toml');
    writeFileSync(path, text);
    return path;
  };

  it('has its question, numbers, texts and lists', () => {
    const { name, question, given: settings } = readScenarioFile(file([
      '# What is this for? More words.', '', 'nodes = 3', 'latency = [5, "uniform:1:2"]',
      'shares = [5, 3, 2]', 'topology = [[0, 1], [1, 2]]', '',
    ].join('\n')));
    expect([name, question]).toEqual(['mine', 'What is this for?']);
    expect(settings.map(({ texts }) => texts))
      .toEqual([['3'], ['5', 'uniform:1:2'], ['5,3,2'], ['0-1,1-2']]);
    expect(settings[2]!.origin).toBe(`${join(folder, 'mine.toml')}, line 5`);
  });

  test.each([
    [
      'nodes = 3\nlatncy = 5\n',
      /^Unknown setting "latncy" \(.*mine\.toml, line 2\)\. Did you mean latency\?$/,
    ],
    ['nodes = 3\n\nlatency =\n', /mine\.toml, line 3 is not valid TOML/],
    ['nodes = true\n', /^nodes must be a whole number \(.*line 1\)/],
    ['nodes = []\n', /^nodes must be a whole number/],
    ['[attacker]\nshare = 0.3\n', /^attacker must be none, double-spend/],
    ['topology = [[0, 1, 2]]\n', /^topology must be/],
    ['seed = 1979-05-27\n', /^seed must be/],
  ])('%j is refused, with the line', (text, words) => {
    expect(whatOf(() => readScenarioFile(file(text)))).toMatch(words);
  });

  it('that is not there, or not its name, is said so', () => {
    expect(whatOf(() => readScenarioFile(join(folder, 'none.toml')))).toMatch(/^There is no file/);
    expect(whatOf(() => readPreset('dubble-spend'))).toMatch(/Did you mean double-spend\?$/);
  });

  test.each(presetNames())('%s comes with a question, can be run, and written down', (name) => {
    const preset = readPreset(name);
    const points = pointsOf(preset.given);
    expect(preset.question).toMatch(/\?$/);
    const again = readScenarioFile(file(scenarioText(preset.comment, preset.given)));
    expect(again.question).toBe(preset.question);
    expect(new Set(pointsOf(again.given).map(({ scenario }) => JSON.stringify(scenario))))
      .toEqual(new Set(points.map(({ scenario }) => JSON.stringify(scenario))));
  });
});

describe('the table of settings', () => {
  it('has the simulator\'s own defaults, and only attackers that there are', () => {
    const kinds = new RegExp(`^(?:${SETTINGS.attacker.form.replaceAll(/, | or /g, '|')})$`);
    for (const name of SETTING_NAMES) {
      for (const kind of settingRow(name).attackers ?? []) expect(kind).toMatch(kinds);
    }
  });
});
