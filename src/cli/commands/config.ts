/**
 * `mvb config`: every effective parameter and where it came from.
 * Owns: the list.
 * Does not own: the parameters (`parameters.ts`) and their sources (`config.ts`).
 */
import { chainParamsOf, settingsWithStore } from '../config.ts';
import type { Config, Setting } from '../config.ts';
import type { CommandContext } from '../context.ts';
import { parameterOf } from '../parameters.ts';
import { tryOpenReader } from '../reader.ts';
import { table } from '../words.ts';

export async function run({ config, output }: CommandContext): Promise<void> {
  const reader = await tryOpenReader(config);
  const settings = settingsWithStore(config, reader?.params);
  reader?.close();
  if (reader === undefined) chainParamsOf(config, undefined); // Says what cannot found a network.
  const lines = settings.map((setting) => [
    setting.name, shownValue(setting, config), parameterOf(setting.name).unit, originOf(setting),
  ]);
  output.result(table([['Parameter', 'Value', 'Unit', 'From'], ...lines]), {
    data_dir: config.dataDir,
    key_dir: config.keyDir,
    store_dir: config.storeDir,
    parameters: settings.map((setting) => ({
      name: setting.name,
      value: setting.text,
      source: setting.source,
      origin: setting.origin,
      kind: parameterOf(setting.name).kind,
    })),
  });
}

/** A folder that is not given is shown as the one that is used. */
function shownValue({ name, text }: Setting, config: Config): string {
  if (text !== '') return text;
  if (name === 'key_store_dir') return config.keyDir;
  return name === 'blockchain_store' ? config.storeDir : text;
}

function originOf({ source, origin }: Setting): string {
  return source === 'store' ? `the blockchain in ${origin}` : origin;
}
