import { after, before } from 'node:test';
import type { LocalService } from '../../local/service.ts';
import { type Browser, startBrowser } from './browser.ts';
import { startService } from './console-steps.ts';

/** A browser, and a service for it. */
export interface Scene {
  readonly browser: Browser;
  readonly service: LocalService;
}

/** The scene of all tests of a file: it opens before the first of them, and closes after the last. */
export function openScene(): Scene {
  let opened: Scene | undefined;
  before(async () => {
    opened = { browser: await startBrowser(), service: await startService() };
  });
  after(async () => {
    await opened?.browser.close();
    await opened?.service.close();
  });
  const use = (): Scene => {
    if (opened === undefined) throw new Error('The scene opens before the first test.');
    return opened;
  };
  return {
    get browser() {
      return use().browser;
    },
    get service() {
      return use().service;
    },
  };
}
