import { type LocalService, startLocal } from '../../local/service.ts';
import { PATIENT } from '../support/patience.ts';
import type { Locator, Page } from './browser.ts';

const SILENT = { info: () => undefined, error: () => undefined };

/** A service with a simulated upstream that answers at once. */
export function startService(settings: Readonly<Record<string, string>> = {}): Promise<LocalService> {
  return startLocal({ ...PATIENT, PORT: '0', ...settings }, { log: SILENT, simulator: { latencyMs: 0, jitterMs: 0 } });
}

/** A panel of the console, by its title. */
export function panel(page: Page, title: string): Locator {
  return page.getByRole('region', { name: title, exact: true });
}

export const till = (page: Page) => panel(page, 'Till');
export const happened = (page: Page) => panel(page, 'What happened');
export const shelf = (page: Page) => panel(page, 'In the cache');
export const upstream = (page: Page) => panel(page, 'The upstream');
export const directory = (page: Page) => panel(page, 'Customers of the simulated upstream');

/** The field in which a cashier types. */
export const field = (page: Page) => page.locator('#identifier');

export async function ready(page: Page): Promise<void> {
  await page.getByText('Service up').waitFor();
}

/** Looks a number up with the mouse. */
export async function lookUp(page: Page, number: string): Promise<void> {
  await field(page).fill(number);
  await till(page).getByRole('button', { name: 'Look up', exact: true }).click();
}

/** Waits until the till shows this, and the panel beside it this chip. */
export async function shows(page: Page, title: string | RegExp, chip: string): Promise<void> {
  await till(page).getByRole('heading', { name: title }).waitFor();
  await happened(page)
    .locator('.chip')
    .filter({ hasText: new RegExp(`^${chip}$`) })
    .first()
    .waitFor();
}
