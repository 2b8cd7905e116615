import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage, type Page, takeScreenshot, textOf, violationsOf } from './browser.ts';
import { field, happened, lookUp, ready, shows, startService, till, upstream } from './console-steps.ts';
import { openScene } from './scene.ts';

const scene = openScene();

/** Answers each look-up of the page by this reply. */
async function answerWith(page: Page, body: object, headers: Readonly<Record<string, string>> = {}, status = 200) {
  const reply = { status, headers, body: JSON.stringify(body) };
  await page.route('**/v2/customers/lookup/**', (route) => route.fulfill(reply));
}

test('the console says that the cache had one half of a reply, and how old that half is', async () => {
  const { page, close } = await openPage(scene.browser, scene.service.url);
  await ready(page);
  const headers = { 'cache-status': 'lookaside; fwd=miss; fwd-status=200; stored', age: '21' };
  await answerWith(page, { id: 1, profiles: [{ firstName: 'Asha' }], coupons: [] }, headers);
  await lookUp(page, '9000000036');
  await shows(page, 'Asha', 'Miss');
  const text = await textOf(happened(page));
  assert.match(text, /The cache had a part of the reply\. Capillary was asked for the rest\./);
  assert.match(text, /Asked Capillary for the older part 2\d s ago/);
  await takeScreenshot(page, 'half-from-cache');
  await close();
});

test('the till says what is missing in the place of it, once, and the words of the API below', async () => {
  const { page, close } = await openPage(scene.browser, scene.service.url);
  await ready(page);
  const words = 'Missing here: the profile. This reply has only id, coupons. The look-up by v2 failed; try again.';
  const warning = { status: false, code: 'missing_profile', message: words };
  await answerWith(page, { id: 1, coupons: [{ code: 'C1', status: 'active' }], warnings: [warning, warning] });
  await lookUp(page, '9000000036');
  await till(page).getByRole('heading', { name: 'Name missing' }).waitFor();
  const text = (await textOf(till(page).getByRole('article'))).replace(/\s+/g, ' ');
  const said = `Name missing The name and the points are missing here. Look the customer up again in a moment. ${words} 1 coupon to use`;
  assert.ok(text.startsWith(said), text);
  assert.equal(text.split(words).length, 2, 'once');
  assert.doesNotMatch(text, /No name|names no loyalty programme/);
  assert.deepEqual(await violationsOf(page), []);
  await takeScreenshot(page, 'profile-missing');

  const points = 'Points could not be fetched';
  const warnings = [8062, 91001].map((code) => ({ code, message: points }));
  await answerWith(page, { id: 1, profiles: [{ firstName: 'Asha' }], warnings });
  await lookUp(page, '9000000037');
  await till(page).getByText('The points are missing here.').first().waitFor();
  const withoutPoints = await textOf(till(page).getByRole('article'));
  assert.equal(withoutPoints.split(points).length, 2, 'once');
  assert.doesNotMatch(withoutPoints, /names no loyalty programme/);

  await answerWith(page, { id: 1, profiles: [{ firstName: 'Bare' }] });
  await lookUp(page, '9000000038');
  await till(page).getByText('The reply names no loyalty programme.').waitFor();
  await close();
});

test('the till says in the words of a cashier what is wrong, and then in those of the API, in small letters', async () => {
  const { page, close } = await openPage(scene.browser, scene.service.url);
  await lookUp(page, '12');
  await shows(page, 'Check what you typed', 'Not used');
  const answer = till(page).locator('.answer');
  assert.match(await textOf(answer), /This is not a phone number\..*\s+The identifierValue given for mobile is not a/);
  const sizes = await page.evaluate<number[]>(
    "[...document.querySelectorAll('.answer p')].map((line) => parseFloat(getComputedStyle(line).fontSize))",
  );
  assert.ok(sizes.length === 2 && Number(sizes[1]) < Number(sizes[0]), sizes.join());
  assert.deepEqual(await violationsOf(page), []);
  await takeScreenshot(page, 'wrong-input');
  await close();
});

test('the console counts down to the time to try again, and then says "now"', async () => {
  const { page, close } = await openPage(scene.browser, scene.service.url);
  await ready(page);
  await answerWith(page, { title: 'x', code: 'too_many_requests', detail: 'Slow down.' }, { 'retry-after': '3' }, 429);
  await lookUp(page, '9000000039');
  await happened(page)
    .getByText(/^in [1-3] s$/)
    .waitFor();
  await happened(page).getByText('now', { exact: true }).waitFor();
  assert.match(await textOf(happened(page)), /Try again\s+now/);
  await close();
});

test('when the service answers again, its silence is in the past: in the till, beside it, and in the notice', async () => {
  const { page, setOffline, close } = await openPage(scene.browser, scene.service.url);
  await ready(page);
  await setOffline(true);
  await lookUp(page, '1234512345');
  await till(page).locator('.answer').getByText('Lookaside does not answer. Is npm start still running?').waitFor();
  await upstream(page).getByRole('button', { name: 'Slow' }).click();
  const notice = page.locator('.notice');
  await notice.getByText('Lookaside does not answer.').waitFor();
  await setOffline(false);
  await ready(page);
  for (const part of [till(page).locator('.answer'), happened(page), notice]) {
    await part.getByText('Lookaside did not answer. It answers now: try again.').waitFor();
  }
  assert.doesNotMatch(await textOf(page.locator('body')), /does not answer/);
  assert.deepEqual(await violationsOf(page), []);
  await takeScreenshot(page, 'answers-again');
  await close();
});

test('the till of a country without customers in the simulator offers numbers to try, with their country code', async () => {
  const service = await startService({ DEFAULT_COUNTRY: 'SA' });
  const { page, close } = await openPage(scene.browser, service.url);
  await ready(page);
  const offered = till(page).getByRole('button', { name: 'A customer', exact: true });
  await offered.waitFor();
  assert.equal(await field(page).getAttribute('placeholder'), '+91 90000 00002');
  await offered.click();
  await shows(page, 'आशा उदाहरण', 'Miss');
  assert.equal(await field(page).inputValue(), '+919000000002');
  await close();
  await service.close();
});
