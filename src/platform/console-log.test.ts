/** Goal: a log that nobody outside can forge, colour or fill (threats A47, CVE-2025-54604). */
import { describe, expect, it } from 'vitest';
import { createConsoleLog } from './console-log.ts';
import type { ConsoleLogOptions } from './console-log.ts';

async function logTo(options: Partial<ConsoleLogOptions> = {}) {
  const lines: string[] = [];
  const stream = { write: (text: unknown) => lines.push(String(text)) > 0 };
  const log = await createConsoleLog({
    level: 'info', format: 'json', now: () => 0, ...options,
    stream: stream as unknown as ConsoleLogOptions['stream'],
  });
  return { log, lines };
}

describe('the console log', () => {
  it('writes one JSON object a line, bigints as text', async () => {
    const { log, lines } = await logTo();
    log.info('block connected', { height: 7, work: 2n ** 70n, isOurs: true });
    log.close();
    expect(lines.length).toBe(1);
    expect(lines[0]!.endsWith('\n')).toBe(true);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      msg: 'block connected', height: 7, work: '1180591620717411303424', isOurs: true,
    });
  });

  it('writes one line for people', async () => {
    const { log, lines } = await logTo({ format: 'pretty' });
    log.warn('peer misbehaved', { peer: '10.0.0.1:2607', reason: 'bad-target' });
    log.close();
    expect(lines.length).toBe(1);
    expect(lines[0]).toMatch(/^\[.*\] WARN: peer misbehaved .*10\.0\.0\.1:2607.*bad-target.*\n$/);
    expect(lines[0]).not.toContain('\u001b');
  });

  it('leaves out what is below its level', async () => {
    const { log, lines } = await logTo({ level: 'warn' });
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    log.close();
    expect(lines.length).toBe(2);
    const silent = await logTo({ level: 'silent' });
    silent.log.error('d');
    silent.log.close();
    expect(silent.lines).toEqual([]);
  });

  it('shows control characters as text, and cuts long text', async () => {
    for (const format of ['json', 'pretty'] as const) {
      const { log, lines } = await logTo({ format });
      const evil = 'a\n\u001b[31mERROR forged\u202e\u0000\u009b';
      log.warn('bad agent', { agent: evil, long: 'x'.repeat(50_000) });
      log.close();
      expect(lines.length).toBe(1);
      expect(lines[0]!.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
      expect(lines[0]!.length).toBeLessThan(1_500);
      expect(lines[0]).toContain('ERROR forged');
    }
  });

  it('writes ten lines of a message a minute and counts the rest', async () => {
    let now = 0;
    const { log, lines } = await logTo({ now: () => now });
    for (let index = 0; index < 1_000; index++) log.warn('peer banned', { index });
    log.warn('another', {});
    expect(lines.length).toBe(11);
    now = 60_000;
    log.warn('peer banned', { index: 1_000 });
    expect(lines.length).toBe(13);
    expect(JSON.parse(lines[11]!)).toMatchObject({
      msg: 'lines left out', message: 'peer banned', count: 990,
    });
    for (let index = 0; index < 20; index++) log.warn('peer banned', { index });
    log.close();
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ message: 'peer banned', count: 11 });
  });
});
