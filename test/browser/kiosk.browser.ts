import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage, takeScreenshot, textOf, violationsOf } from './browser.ts';
import { openScene } from './scene.ts';

const scene = openScene();

test('a kiosk shows points with large keys, then clears that customer, and shows no internals', async () => {
  const { page, troubles, addresses, close } = await openPage(scene.browser, `${scene.service.url}/?kiosk`);
  for (const key of '1234512345+') await page.getByRole('button', { name: key, exact: true }).click();
  await page.getByRole('button', { name: 'Delete the last digit' }).click();
  assert.equal(await page.getByLabel('Type your phone number').inputValue(), '1234512345');
  assert.deepEqual(await violationsOf(page), []);
  await page.getByRole('button', { name: 'Show my points' }).click();
  await page.getByText('Welcome, Bubalus bubalis').waitFor();
  const text = await textOf(page.locator('main'));
  assert.match(text, /95,827\s+points\s+Diamond, until 26 Mar 2125/);
  assert.doesNotMatch(text, /cache|capillary|curl|ttl|ms/i);
  assert.deepEqual(await violationsOf(page), []);

  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByLabel('Type your phone number').waitFor();
  assert.doesNotMatch(await textOf(page.locator('body')), /Bubalus|95,827/);
  assert.deepEqual(
    addresses.filter((address) => address.includes('/__console/api/')),
    [],
  );
  assert.deepEqual(troubles, []);
  await close();
});

test('a kiosk says in plain words that it does not know a number, that a text is not a number, and that the service does not work', async () => {
  const { page, troubles, close } = await openPage(scene.browser, `${scene.service.url}/?kiosk`, 360);
  const show = async (number: string, words: string) => {
    await page.getByLabel('Type your phone number').fill(number);
    await page.keyboard.press('Enter');
    await page.getByText(words).waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
  };
  await show('9123456789', 'We do not know this number');
  await show('12', 'This is not a phone number');
  scene.service.simulator?.control({ fault: { kind: 'status', status: 503 } });
  await show('9000000004', 'This does not work right now');
  scene.service.simulator?.reset('faults');
  assert.deepEqual(troubles, []);
  await close();
});

test('a kiosk says that an answer is not for it: Capillary refuses this customer', async () => {
  const { page, troubles, close } = await openPage(scene.browser, `${scene.service.url}/?kiosk`);
  await page.route('**/v2/customers/lookup/**', (route) =>
    route.fulfill({ status: 400, headers: {}, body: '{"errors":[{"status":false,"code":618,"message":"x"}]}' }),
  );
  await page.keyboard.type('1234512345');
  await page.keyboard.press('Enter');
  await page.getByText('We cannot show your points here').waitFor();
  assert.deepEqual(troubles, []);
  await close();
});

test('a kiosk shows a long balance in one line, also on a narrow screen: a broken number is another one', async () => {
  const { page, close } = await openPage(scene.browser, `${scene.service.url}/?kiosk`, 320);
  await page.route('**/v2/customers/lookup/**', (route) =>
    route.fulfill({
      status: 200,
      headers: {},
      body: '{"id":1,"loyaltyProgramDetails":[{"loyaltyPoints":1234567890.50}]}',
    }),
  );
  await page.getByLabel('Type your phone number').fill('1234512345');
  await page.keyboard.press('Enter');
  await page.getByText('1,234,567,890.50').waitFor();
  const lines = await page.evaluate<number>(
    `(([b]) => b.getBoundingClientRect().height / parseFloat(getComputedStyle(b).lineHeight))(document.querySelectorAll('.kiosk-points b'))`,
  );
  assert.equal(Math.round(lines), 1);
  await close();
});

test('a kiosk makes up no points for a customer without any in the reply', async () => {
  const { page, close } = await openPage(scene.browser, `${scene.service.url}/?kiosk`);
  for (const programmes of ['', ',"loyaltyProgramDetails":[{"currentSlab":"Gold"}]']) {
    await page.route('**/v2/customers/lookup/**', (route) =>
      route.fulfill({ status: 200, headers: {}, body: `{"id":1,"profiles":[{"firstName":"Asha"}]${programmes}}` }),
    );
    await page.getByLabel('Type your phone number').fill('1234512345');
    await page.keyboard.press('Enter');
    await page.getByText('Ask at the till about your points.').waitFor();
    assert.doesNotMatch(await textOf(page.locator('main')), /\d/);
    await page.getByRole('button', { name: 'Done' }).click();
  }
  await close();
});

test('a kiosk names the programme of the points, and the others with points first, if there are several', async () => {
  const { page, close } = await openPage(scene.browser, `${scene.service.url}/?kiosk`);
  const programmes = Array.from({ length: 50 }, (_, index) => ({
    programTitle: `Programme ${index + 1}`,
    currentSlab: 'Gold',
    loyaltyPoints: index < 10 ? 0 : index * 100,
  }));
  const answerWith = async (count: number) => {
    const body = JSON.stringify({ id: 1, loyaltyProgramDetails: programmes.slice(0, count) });
    await page.route('**/v2/customers/lookup/**', (route) => route.fulfill({ status: 200, headers: {}, body }));
    await page.getByLabel('Type your phone number').fill('1234512345');
    await page.keyboard.press('Enter');
    await page.getByText('Welcome').waitFor();
    const text = (await textOf(page.locator('.kiosk-answer'))).replace(/\s+/g, ' ');
    assert.deepEqual(await violationsOf(page), []);
    await takeScreenshot(page, `kiosk-${count}-programmes`);
    await page.getByRole('button', { name: 'Done' }).click();
    return text;
  };
  assert.match(
    await answerWith(50),
    /Programme 1 0 points Gold Programme 11: 1,000 points Programme 12: 1,100 points Programme 13: 1,200 points Ask at the till about 46 more programmes\./,
  );
  assert.match(await answerWith(2), /Programme 1 0 points Gold Programme 2: 0 points This page/);
  assert.doesNotMatch(await answerWith(1), /Programme/);
  await close();
});

test('a kiosk takes no further key while it looks a number up', async () => {
  const { page, close } = await openPage(scene.browser, `${scene.service.url}/?kiosk`);
  scene.service.simulator?.control({ fault: { kind: 'hang' } });
  await page.getByLabel('Type your phone number').fill('9000000009');
  await page.keyboard.press('Enter');
  await page.getByText('One moment…').waitFor();
  await page.keyboard.type('77');
  assert.equal(await page.locator('#identifier').inputValue(), '9000000009');
  await page.getByText('This does not work right now').waitFor();
  scene.service.simulator?.reset('faults');
  await close();
});

test('a kiosk has all its keys on a low screen, and asks for a number if none is typed', async () => {
  const { page, close } = await openPage(scene.browser, `${scene.service.url}/?kiosk`, 320);
  await page.setViewportSize({ width: 320, height: 568 });
  const send = page.getByRole('button', { name: 'Show my points' });
  await send.waitFor();
  const bottom = await page.evaluate<number>("document.querySelector('.primary').getBoundingClientRect().bottom");
  assert.ok(bottom <= 568, `${bottom}`);
  await send.click();
  assert.equal(await page.evaluate<string>('document.activeElement.id'), 'identifier');
  await close();
});

test('a kiosk clears itself a minute after the last touch', async () => {
  const { page, close } = await openPage(scene.browser, 'about:blank');
  await page.clock.install({ time: 0 });
  await page.goto(`${scene.service.url}/?kiosk`);
  // Far ahead of whatever the machine takes until here: from now on only this test turns the clock.
  await page.clock.pauseAt(24 * 60 * 60 * 1000);
  await page.getByLabel('Type your phone number').fill('1234512345');
  await page.keyboard.press('Enter');
  await page.getByText('Welcome, Bubalus bubalis').waitFor();
  await page.clock.fastForward(59_000);
  await page.keyboard.press('Shift');
  await page.clock.fastForward(59_000);
  await page.getByText('Welcome, Bubalus bubalis').waitFor();
  await page.clock.fastForward(1_000);
  await page.getByLabel('Type your phone number').waitFor();
  assert.doesNotMatch(await textOf(page.locator('body')), /Bubalus/);
  await close();
});
