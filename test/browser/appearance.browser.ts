import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openPage, type Scheme, takeScreenshot, violationsOf } from './browser.ts';
import { directory, lookUp, ready, shows, upstream } from './console-steps.ts';
import { openScene } from './scene.ts';

const WIDTHS = [390, 1280];
const SCHEMES: readonly Scheme[] = ['light', 'dark'];

const scene = openScene();

describe('the console is readable for everybody (axe-core), in each of its states', () => {
  for (const width of WIDTHS) {
    for (const scheme of SCHEMES) {
      test(`${width} px, ${scheme}`, async () => {
        scene.service.simulator?.reset();
        const { page, troubles, close } = await openPage(scene.browser, scene.service.url, width, scheme);
        await ready(page);
        assert.deepEqual(await violationsOf(page), [], 'before the first look-up');

        await lookUp(page, '1234512345');
        await page.getByRole('heading', { name: 'Bubalus bubalis' }).waitFor();
        await lookUp(page, '+91 12345 12345');
        await shows(page, 'Bubalus bubalis', 'Hit');
        await directory(page).getByRole('button', { name: 'Show' }).click();
        const customer = directory(page).getByRole('listitem').filter({ hasText: 'Bubalus bubalis' });
        await customer.getByRole('button', { name: /^Change/ }).click();
        assert.deepEqual(await violationsOf(page), [], 'with a customer');
        await takeScreenshot(page, `console-${width}-${scheme}`);

        await upstream(page).getByRole('button', { name: 'Failing' }).click();
        await page.getByText('Upstream in trouble').waitFor();
        await lookUp(page, width === 390 ? '9000000004' : '9000000006');
        await shows(page, 'No answer from the upstream', 'Failed');
        assert.deepEqual(await violationsOf(page), [], 'in an outage');
        await takeScreenshot(page, `outage-${width}-${scheme}`);
        assert.deepEqual(troubles, []);
        await close();
      });
    }
  }
});

test('nothing sticks out sideways, from 320 px to a wide screen', async () => {
  scene.service.simulator?.reset();
  const { page, close } = await openPage(scene.browser, scene.service.url);
  await lookUp(page, '1234512345');
  await page.getByRole('heading', { name: 'Bubalus bubalis' }).waitFor();
  await directory(page).getByRole('button', { name: 'Show' }).click();
  await directory(page).getByText('Bubalus bubalis').waitFor();
  for (const width of [320, 360, 768, 1024, 2560]) {
    await page.setViewportSize({ width, height: 900 });
    const excess = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    assert.equal(Math.max(0, excess), 0, `${width} px`);
  }
  await close();
});

/** A customer. Every text in it is the given one. */
function customerOf(text: string): string {
  return JSON.stringify({
    id: 7,
    profiles: [{ firstName: text, identifiers: [{ type: 'email', value: `${text}@example.com` }] }],
    loyaltyProgramDetails: [{ programTitle: text, currentSlab: text, nextSlab: text, loyaltyPoints: 99_999_999_999 }],
    cardDetails: [{ cardNumber: text, statusInfo: { status: text, label: text, isActive: true } }],
    warnings: [{ code: 8062, message: text }],
  });
}

for (const [kind, text, name, welcome] of [
  ['long', 'X'.repeat(150), 'X'.repeat(150), `Welcome, ${'X'.repeat(150)}`],
  ['right-to-left', 'محمد عبد الله', 'محمد عبد الله', 'Welcome, محمد عبد الله'],
  ['missing', '', 'No name', 'Welcome'],
] as const) {
  test(`a ${kind} name fits, on a narrow page of the till and of a kiosk`, async () => {
    const { page, close } = await openPage(scene.browser, scene.service.url, 320);
    const headers = { 'content-type': 'application/json', 'cache-status': 'lookaside; hit; ttl=287', age: '3' };
    await page.route('**/v2/customers/lookup/**', (route) =>
      route.fulfill({ status: 200, headers, body: customerOf(text) }),
    );
    const excess = () => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    await lookUp(page, '1234512345');
    await page.getByRole('heading', { name, exact: true }).waitFor();
    assert.equal(Math.max(0, await excess()), 0, 'at the till');
    const unit = "document.querySelector('.points-unit').getBoundingClientRect().height";
    assert.ok((await page.evaluate<number>(unit)) < 40, 'a word breaks between letters only if it is long');
    await page.goto(`${scene.service.url}/?kiosk`);
    await page.getByLabel('Type your phone number').fill('1234512345');
    await page.getByRole('button', { name: 'Show my points' }).click();
    await page.getByText(welcome, { exact: true }).waitFor();
    assert.equal(Math.max(0, await excess()), 0, 'at the kiosk');
    await close();
  });
}

test('high contrast shows what is chosen, and how much is left', async () => {
  const { page, close } = await openPage(scene.browser, scene.service.url);
  await page.emulateMedia({ forcedColors: 'active' });
  await lookUp(page, '1234512345');
  await page.getByRole('heading', { name: 'Bubalus bubalis' }).waitFor();
  await page.locator('.timeline b').first().waitFor({ state: 'attached' });
  const ground = (selector: string) =>
    page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).backgroundColor`);
  const canvas = await ground('.panel');
  for (const drawn of ['[aria-pressed=true]', '.segments :checked + span', '.bar i', '.took-bar i', '.timeline b']) {
    assert.notEqual(await ground(drawn), canvas, drawn);
  }
  assert.equal(await ground('[aria-pressed=false]'), canvas);
  await close();
});

test('a chosen theme stays', async () => {
  const { page, close } = await openPage(scene.browser, scene.service.url, 1280, 'light');
  await ready(page);
  const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  const light = await ground();
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
  const dark = await ground();
  assert.notEqual(dark, light);
  await page.goto(scene.service.url);
  await ready(page);
  assert.equal(await ground(), dark);
  await close();
});
