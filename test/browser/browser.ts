import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { INSTALLED } from './installed.ts';

const SCREENSHOTS = path.join(INSTALLED, 'screenshots');
const fromInstalled = createRequire(path.join(INSTALLED, 'package.json'));

/** How long the page may take until it shows something. It only ends a test that hangs. Milliseconds. */
const PATIENCE_MS = 60_000;

/** The used part of playwright-core, which is not a package of the project. */
export interface Locator {
  click(): Promise<void>;
  fill(text: string): Promise<void>;
  selectOption(value: string): Promise<unknown>;
  waitFor(options?: { state: 'attached' | 'visible' | 'hidden' }): Promise<void>;
  innerText(): Promise<string>;
  inputValue(): Promise<string>;
  getAttribute(name: string): Promise<string | null>;
  count(): Promise<number>;
  first(): Locator;
  filter(options: { hasText: string | RegExp }): Locator;
  locator(selector: string): Locator;
  getByText(text: string | RegExp, options?: { exact: boolean }): Locator;
  getByRole(role: string, options?: { name?: string | RegExp; exact?: boolean }): Locator;
  getByLabel(text: string | RegExp, options?: { exact: boolean }): Locator;
}

export interface Page extends Pick<Locator, 'locator' | 'getByText' | 'getByRole' | 'getByLabel'> {
  /** The page's own clock, once it is installed: the test turns it. */
  readonly clock: {
    install(options: { time: number }): Promise<void>;
    pauseAt(time: number): Promise<void>;
    fastForward(ms: number): Promise<void>;
  };
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  goto(url: string): Promise<unknown>;
  evaluate<T>(script: string): Promise<T>;
  waitForFunction(script: string): Promise<unknown>;
  screenshot(options: { path: string; fullPage: boolean }): Promise<unknown>;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  emulateMedia(options: { colorScheme?: Scheme; forcedColors?: 'active'; media?: 'print' }): Promise<void>;
  /** Answers the requests to addresses of this form instead of the service. */
  route(address: string, answer: (route: { fulfill(reply: FakeReply): Promise<void> }) => Promise<void>): Promise<void>;
  unroute(address: string): Promise<void>;
  on(event: 'console', listener: (message: ConsoleMessage) => void): void;
  on(event: 'pageerror', listener: (error: Error) => void): void;
  on(event: 'request', listener: (request: { url(): string }) => void): void;
}

/** The answer of a test in place of the service. */
interface FakeReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface ConsoleMessage {
  type(): string;
  text(): string;
}

interface Context {
  newPage(): Promise<Page>;
  grantPermissions(permissions: readonly string[]): Promise<void>;
  setDefaultTimeout(ms: number): void;
  setOffline(isOffline: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface Browser {
  newContext(options: { viewport: { width: number; height: number }; colorScheme: Scheme }): Promise<Context>;
  close(): Promise<void>;
}

export type Scheme = 'light' | 'dark';

/** A page that watches itself. */
export interface WatchedPage {
  readonly page: Page;
  /** The errors in the page's console. */
  readonly troubles: readonly string[];
  /** The addresses that the page loaded or asked. */
  readonly addresses: readonly string[];
  /** Takes the network away from the page, or gives it back. */
  setOffline(isOffline: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Starts the Chromium that `run.ts` found. */
export async function startBrowser(): Promise<Browser> {
  const { chromium } = fromInstalled('playwright-core') as {
    chromium: { launch(options: { executablePath: string | undefined; args: readonly string[] }): Promise<Browser> };
  };
  // CI runs as root, where Chromium's sandbox does not start. The page is ours.
  return chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** Chromium reports each reply with an error's status, and each request that finds no network: some flows are about them. */
const EXPECTED_REPORT =
  /^Failed to load resource: (the server responded with a status of [45]\d\d|net::ERR_INTERNET_DISCONNECTED)/;

export async function openPage(browser: Browser, url: string, width = 1280, colorScheme: Scheme = 'light') {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const troubles: string[] = [];
  const addresses: string[] = [];
  page.on('console', (message) => {
    const isTrouble = message.type() === 'error';
    if (isTrouble && !EXPECTED_REPORT.test(message.text())) troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('request', (request) => addresses.push(request.url()));
  await page.goto(url);
  const setOffline = (isOffline: boolean) => context.setOffline(isOffline);
  return { page, troubles, addresses, setOffline, close: () => context.close() } satisfies WatchedPage;
}

/** The visible text of a part of the page: folded text is not in it. */
export function textOf(part: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: textContent holds what is folded away.
  return part.innerText();
}

/** The findings of axe-core in the present page, by WCAG 2.2 AA and by its own best practices. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  // Read here: run.ts imports this file before it installs anything.
  const axe = readFileSync(fromInstalled.resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(`${axe}; undefined`);
  return page.evaluate(`axe.run(document).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary).join('; ')))`);
}

export async function takeScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
