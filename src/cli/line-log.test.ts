/** Goal: lines that nobody outside can forge, colour or fill a disk with (threats row 77). */
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { LineLog } from './line-log.ts';
import type { LogForm } from './line-log.ts';

function logIn(form: LogForm, isVerbose = false) {
  const lines: string[] = [];
  const print = (line: string): void => {
    lines.push(line);
  };
  return { lines, log: new LineLog({ print, form, isVerbose, colours: pc.createColors(false) }) };
}

describe('a line of the log', () => {
  it('is one JSON object for programs, with integers of any size as text', () => {
    const { log, lines } = logIn('json');
    log.event('block connected', { height: 7, work: 2n ** 70n, isOurs: true });
    expect(lines.length).toBe(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 'info', message: 'block connected', height: 7, work: '1180591620717411303424',
      isOurs: true,
    });
    expect(JSON.parse(lines[0]!).time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it('has time, level, message and fields for people', () => {
    const { log, lines } = logIn('lines');
    log.warn('peer refused', { remote: '10.0.0.1:2607', reason: 'sent bad-height' });
    expect(lines[0]).toMatch(
      /^\d{4}-.*Z WARN  peer refused remote=10\.0\.0\.1:2607 reason="sent bad-height"$/,
    );
  });

  it('shows no control characters of others', () => {
    for (const form of ['json', 'lines', 'screen'] as const) {
      const { log, lines } = logIn(form);
      log.warn('bad tag', { tag: 'a\n\u001b[31mERROR forged\u202e\u0000\u009b' });
      expect(lines.length).toBe(1);
      expect(lines[0]).not.toMatch(/[\u0000-\u001f]/);
    }
  });

  it('is left out when strangers cause too many, and counted; one\'s own never is', () => {
    const { log, lines } = logIn('lines');
    for (let count = 0; count < 1_000; count++) log.warn('peer refused');
    expect(lines.length).toBeLessThan(50);
    for (let count = 0; count < 100; count++) log.event('Miner mined new block!');
    expect(lines.filter((line) => line.includes('mined')).length).toBe(100);
  });

  it('says debug only when asked', () => {
    for (const isVerbose of [false, true]) {
      const { log, lines } = logIn('lines', isVerbose);
      log.debug('dial failed');
      expect(lines.length).toBe(isVerbose ? 1 : 0);
    }
  });
});
