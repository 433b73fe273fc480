/**
 * Goal: keys reach the program, signals stay signals, and nothing is read in the background.
 * Method: an input and a process that remember what was asked of them.
 */
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { watchKeys } from './key-watch.ts';
import type { KeyInput, KeyProcess } from './key-watch.ts';

class FakeTerminal extends EventEmitter implements KeyInput, KeyProcess {
  readonly isTTY: boolean = true;
  readonly raised: NodeJS.Signals[] = [];
  readonly keys: string[] = [];
  isRaw = false;
  isFlowing = false;
  foreground = true;

  setRawMode(isRaw: boolean): void {
    // The system stops whoever does this in the background.
    if (!this.foreground) throw new Error('stopped');
    this.isRaw = isRaw;
  }

  resume(): this {
    this.isFlowing = true;
    return this;
  }

  pause(): this {
    this.isFlowing = false;
    return this;
  }

  isForeground(): boolean {
    return this.foreground;
  }

  raise(signal: NodeJS.Signals): void {
    this.raised.push(signal);
  }

  onContinue(handler: () => void): () => void {
    this.on('continue', handler);
    return () => this.off('continue', handler);
  }

  watch(): () => void {
    return watchKeys(this, (key) => this.keys.push(key), this);
  }

  press(...bytes: number[]): void {
    this.emit('data', Uint8Array.from(bytes));
  }
}

describe('keys on a terminal', () => {
  it('come one by one, until the end, which leaves the terminal as it was', () => {
    const terminal = new FakeTerminal();
    const stop = terminal.watch();
    expect(terminal.isRaw).toBe(true);
    terminal.press(0x70, 0x71);
    stop();
    terminal.press(0x72);
    expect(terminal.keys).toEqual(['p', 'q']);
    expect([terminal.isRaw, terminal.isFlowing]).toEqual([false, false]);
    expect(terminal.listenerCount('continue')).toBe(0);
  });

  it('are signals where the terminal would make them so', () => {
    const terminal = new FakeTerminal();
    terminal.watch();
    terminal.press(0x03, 0x70, 0x1c);
    expect(terminal.raised).toEqual(['SIGINT', 'SIGQUIT']);
    expect(terminal.keys).toEqual(['p']);
  });

  it('are given back to the shell for Ctrl-Z, and taken again afterwards', () => {
    const terminal = new FakeTerminal();
    terminal.watch();
    terminal.press(0x1a);
    expect(terminal.raised).toEqual(['SIGTSTP']);
    expect([terminal.isRaw, terminal.isFlowing]).toEqual([false, false]);
    terminal.emit('continue');
    expect([terminal.isRaw, terminal.isFlowing]).toEqual([true, true]);
  });

  it('are left alone in the background', () => {
    const terminal = new FakeTerminal();
    terminal.foreground = false;
    const stop = terminal.watch();
    expect([terminal.isRaw, terminal.isFlowing]).toEqual([false, false]);
    terminal.foreground = true;
    terminal.emit('continue');
    expect([terminal.isRaw, terminal.isFlowing]).toEqual([true, true]);
    terminal.foreground = false;
    terminal.emit('continue');
    expect(terminal.isFlowing).toBe(false);
    stop();
  });

  it('are not there without a terminal', () => {
    const pipe = new FakeTerminal();
    Object.assign(pipe, { isTTY: false });
    pipe.watch()();
    expect([pipe.isRaw, pipe.listenerCount('data')]).toEqual([false, 0]);
  });
});
