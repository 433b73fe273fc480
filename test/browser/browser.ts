/**
 * A real browser for tests of the page: Chromium, as the machine has it.
 *
 * Owns: finding and starting it, and what holds of every page: no error in its console, nothing
 * asked of anybody but its own server.
 * Does not own: any expectation about a page's content.
 */
import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

const PLACES = [
  '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const found = PLACES.find((path) => existsSync(path));

/** Why there are no tests in a browser here, or undefined. */
export function whyNoBrowser(): string | undefined {
  return found === undefined ? 'no Chromium is installed (Debian: apt-get install chromium)'
    : undefined;
}

/** Waits end here when something hangs. */
const HANG_MS = 60_000;
/** A page that is no wider than a small telephone. */
export const NARROW = { width: 360, height: 740 } as const;
export const WIDE = { width: 1280, height: 800 } as const;

/** A page, and what went wrong in it. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly errors: readonly string[];
  readonly foreign: readonly string[];
}

export class Visitor {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async arrive(): Promise<Visitor> {
    return new Visitor(await chromium.launch({
      executablePath: found!,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    }));
  }

  /** Opens the server at this address, in a browser that never saw it. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.#browser.newContext({
      viewport: WIDE, reducedMotion: 'reduce', ...options,
    });
    context.setDefaultTimeout(HANG_MS);
    const page = await context.newPage();
    const [errors, foreign]: [string[], string[]] = [[], []];
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    // What leaves for elsewhere than the page's own server.
    const origin = url === 'about:blank' ? undefined : new URL(url).origin;
    page.on('request', (request) => {
      const asked = request.url();
      const isOwn = origin === undefined || asked.startsWith(`${origin}/`)
        || /^(data|blob):/.test(asked);
      if (!isOwn) foreign.push(asked);
    });
    await page.goto(url);
    return { page, context, errors, foreign };
  }

  /** The same by an address that signs in, once that is done: to leave sooner would be too soon. */
  async signIn(url: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const visit = await this.open(url, options);
    await visit.page.getByRole('button', { name: 'Sign out of this browser' }).waitFor();
    return visit;
  }

  async leave(): Promise<void> {
    await this.#browser.close();
  }
}

/** What must hold of whatever is on the screen, and costs next to nothing to find out. */
export async function expectQuiet({ page, errors, foreign }: Visit): Promise<void> {
  const name = page.url();
  expect(errors, `errors in the console of ${name}`).toEqual([]);
  expect(foreign, `requests of ${name} to others`).toEqual([]);
  expect(await widthBeyond(page), `${name} is wider than its window`).toBe(0);
}

/** The same, and that everybody can use it as far as axe can tell, by all its rules or these. */
export async function expectWell(visit: Visit, rules?: readonly string[]): Promise<void> {
  await expectQuiet(visit);
  const { page } = visit;
  const axe = new AxeBuilder({ page });
  if (rules !== undefined) axe.withRules([...rules]);
  const { violations } = await axe.analyze();
  const words = violations.map(({ id, help, nodes }) =>
    `${id}: ${help}: ${nodes.map(({ html }) => html).slice(0, 3).join(' | ')}`);
  expect(words, `what axe finds at ${page.url()}`).toEqual([]);
}

/** By how many pixels the page is wider than the window. */
async function widthBeyond(page: Page): Promise<number> {
  return await page.evaluate(`Math.max(0,
    document.documentElement.scrollWidth - document.documentElement.clientWidth)`);
}

/** The page shows what it asked for: nothing is loading any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor();
  // One of several may stay a moment longer than the first.
  while (await page.locator('.skeleton').count() > 0) {
    await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  }
}

/** Goes on by the Tab key until something with this name has the focus. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const seen: string[] = [];
  for (let count = 0; count < TABS_MAX; count++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>(`(() => {
      const { activeElement: one } = document;
      const label = one.labels?.[0]?.textContent ?? '';
      return one.getAttribute('aria-label') ?? (label || one.textContent);
    })()`);
    seen.push(focused.trim());
    if (typeof name === 'string' ? focused.trim() === name : name.test(focused)) return;
  }
  throw new Error(`the Tab key never came to ${String(name)}: ${seen.join(', ')}`);
}

/** More than any page has to be focused. */
const TABS_MAX = 120;
