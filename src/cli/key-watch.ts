/**
 * Single keys pressed on a terminal, without Enter.
 *
 * Owns: the terminal's raw mode, in which the terminal itself no longer turns Ctrl-C and its like
 * into signals: that is done here. Nothing is read while the shell keeps this program in the
 * background, because the system would stop it for that.
 * Does not own: what a key means.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What is needed of a terminal's input; `process.stdin` is one. */
export interface KeyInput {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
  on(event: 'data', handler: (bytes: Uint8Array) => void): unknown;
  off(event: 'data', handler: (bytes: Uint8Array) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** What is needed of the process. */
export interface KeyProcess {
  /** Whether the terminal listens to us, and not to the shell or another program. */
  isForeground(): boolean;
  /** Sends a signal to all that the terminal would send it to. */
  raise(signal: NodeJS.Signals): void;
  /** Calls `handler` whenever the process goes on after it was stopped; gives what ends that. */
  onContinue(handler: () => void): () => void;
}

const SIGNAL_KEYS: ReadonlyMap<number, NodeJS.Signals> = new Map([
  [0x03, 'SIGINT'], [0x1a, 'SIGTSTP'], [0x1c, 'SIGQUIT'],
]);

/**
 * Calls `onKey` with each key pressed, as the text that it stands for, until the result is called.
 * Does nothing when `input` is no terminal.
 */
export function watchKeys(
  input: KeyInput, onKey: (key: string) => void, around: KeyProcess = realProcess,
): () => void {
  if (input.isTTY !== true || input.setRawMode === undefined) return () => {};
  let isReading = false;
  const onData = (bytes: Uint8Array): void => {
    for (const byte of bytes) {
      const signal = SIGNAL_KEYS.get(byte);
      if (signal === undefined) {
        onKey(String.fromCharCode(byte));
        continue;
      }
      if (signal === 'SIGTSTP') setReading(false);
      around.raise(signal);
    }
  };
  function setReading(wanted: boolean): void {
    if (wanted === isReading) return;
    isReading = wanted;
    // In the background the system stops whoever changes the terminal, so the order matters.
    if (around.isForeground()) input.setRawMode!(wanted);
    if (wanted) {
      input.on('data', onData);
      input.resume();
    } else {
      input.off('data', onData);
      input.pause();
    }
  }
  const stopListening = around.onContinue(() => {
    setReading(false); // Whoever had the terminal meanwhile has set it to other modes.
    setReading(around.isForeground());
  });
  setReading(around.isForeground());
  return () => {
    stopListening();
    setReading(false);
  };
}

const realProcess: KeyProcess = {
  isForeground: () => {
    if (process.platform === 'win32') return true;
    try {
      if (process.platform !== 'linux') {
        // `+` marks the foreground (ps(1), STAT).
        const stat = execFileSync('ps', ['-o', 'stat=', '-p', String(process.pid)]);
        return String(stat).includes('+');
      }
      // Fields 5 and 8 of proc_pid_stat(5), the process group and that of the terminal's
      // foreground; two fields are before the bracket.
      const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'utf8')
        .split(') ').at(-1)!.split(' ');
      return group === foreground;
    } catch {
      return false; // Nobody can say: keys are then without meaning, which is harmless.
    }
  },
  // 0: the whole process group, as the terminal does.
  raise: (signal) => process.kill(process.platform === 'win32' ? process.pid : 0, signal),
  onContinue: (handler) => {
    process.on('SIGCONT', handler);
    return () => process.off('SIGCONT', handler);
  },
};
