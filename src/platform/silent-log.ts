/** The `Log` door of those who measure or look, and have nobody to tell. */
import type { Log } from '../ports.ts';

export const SILENT_LOG: Log = {
  debug: () => {}, info: () => {}, warn: () => {}, error: () => {},
};
