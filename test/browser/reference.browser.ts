import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openPage, type Scheme, takeScreenshot, textOf, violationsOf } from './browser.ts';
import { ready } from './console-steps.ts';
import { openScene } from './scene.ts';

const WIDTHS = [390, 1280];
const SCHEMES: readonly Scheme[] = ['light', 'dark'];

const scene = openScene();

describe('the API reference is readable for everybody (axe-core), folded and unfolded', () => {
  for (const width of WIDTHS) {
    for (const scheme of SCHEMES) {
      test(`${width} px, ${scheme}`, async () => {
        const { page, troubles, addresses, close } = await openPage(
          scene.browser,
          `${scene.service.url}/docs`,
          width,
          scheme,
        );
        await page.getByRole('heading', { name: 'GET /v2/customers/lookup/customerDetails' }).waitFor();
        assert.deepEqual(await violationsOf(page), [], 'folded');
        await takeScreenshot(page, `reference-${width}-${scheme}`);

        await page.evaluate('document.querySelectorAll("details").forEach((each) => { each.open = true; })');
        assert.deepEqual(await violationsOf(page), [], 'unfolded');
        const excess = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        assert.equal(Math.max(0, excess), 0, 'nothing sticks out sideways');
        assert.deepEqual(troubles, []);
        assert.deepEqual(
          addresses.filter((address) => !address.startsWith(scene.service.url)),
          [],
        );
        await close();
      });
    }
  }
});

test('the console leads to it; it shows each operation, and an answer with its example', async () => {
  const { page, troubles, close } = await openPage(scene.browser, scene.service.url);
  await ready(page);
  await page.getByRole('link', { name: 'API reference' }).click();
  await page.getByRole('heading', { name: 'POST /lookups' }).waitFor();

  const lookups = page.locator('#lookUpCustomer');
  const curl = await textOf(lookups.getByRole('group', { name: /^The request as curl/ }).locator('code'));
  assert.ok(curl.startsWith(`curl -i '${scene.service.url}/v2/customers/lookup/customerDetails?source=INSTORE&`), curl);
  await lookups.getByRole('button', { name: 'Copy the request GET /v2/customers/lookup/customerDetails' }).click();
  await lookups.getByRole('button', { name: /^Copied/ }).waitFor();
  assert.equal(await page.evaluate<string>('navigator.clipboard.readText()'), curl);
  await lookups.getByText('200', { exact: true }).click();
  await lookups.getByText('With fields=id,profiles(firstName,lastName).').waitFor();

  await page
    .getByRole('navigation', { name: 'Operations' })
    .getByRole('link', { name: /entries/ })
    .click();
  assert.equal(await page.evaluate<string>('location.hash'), '#purgeEntries');
  assert.deepEqual(troubles, []);
  await close();
});

test('an address with a place in it leads to that schema', async () => {
  const { page, close } = await openPage(scene.browser, `${scene.service.url}/docs#schema-Problem`);
  await page.getByRole('heading', { name: 'Problem', exact: true }).waitFor();
  await page.waitForFunction('document.getElementById("schema-Problem").getBoundingClientRect().top < innerHeight');
  await close();
});

test('paper shows the answers, which nobody can unfold there, and nothing to press', async () => {
  const { page, close } = await openPage(scene.browser, `${scene.service.url}/docs`);
  await page.getByRole('heading', { name: 'POST /lookups' }).waitFor();
  const example = page
    .locator('#checkHealth')
    .getByRole('group', { name: /^Example/ })
    .first();
  await example.waitFor({ state: 'hidden' });
  await page.emulateMedia({ media: 'print' });
  await example.waitFor();
  await page.getByRole('button').first().waitFor({ state: 'hidden' });
  await close();
});

test('a description shows no Markdown characters', async () => {
  const { page, close } = await openPage(scene.browser, `${scene.service.url}/docs`);
  await page.getByRole('heading', { name: 'POST /lookups' }).waitFor();
  const marked = await page.evaluate<string[]>(`
    [...document.querySelectorAll('.prose :is(p, li, th, td)')]
      .map((each) => [...each.querySelectorAll('code')].reduce((text, code) => text.replace(code.textContent, ''), each.textContent))
      .filter((text) => /[\`|]|\\*\\*|\\]\\(/.test(text))`);
  assert.deepEqual(marked, []);
  await close();
});
