import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { LocalService } from '../../local/service.ts';
import { type Browser, openPage, startBrowser } from './browser.ts';
import { startService } from './console-steps.ts';

/** examples/kiosk.html, from an origin of its own. */
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(readFileSync('examples/kiosk.html'));
});

let browser: Browser;
let service: LocalService;
let origin: string;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await startBrowser();
  service = await startService({ CORS_ORIGINS: origin, LOCAL_API_KEYS: 'kiosk-key' });
});
after(async () => {
  await browser.close();
  await service.close();
  server.close();
});

test('the kiosk page of the examples greets a customer, and says what to do for the others', async () => {
  const url = `${origin}/?endpoint=${encodeURIComponent(`${service.url}/`)}&key=kiosk-key&seconds=55`;
  const { page, close } = await openPage(browser, url);
  for (const [number, said] of [
    [
      '+91 12345 12345',
      'Hello \u2068Bubalus\u2069. \u2068DocDemoDefaultProgram\u2069: \u2068Diamond\u2069, 95827 points. \u2068DocTransferPoints\u2069: \u2068Coral\u2069, 0 points.',
    ],
    // The digits of an Arabic keyboard, and of a Persian or an Urdu one.
    ['٩٩٩٩٩٩٩٩٩٩', 'We do not know you yet. Would you like to join?'],
    ['+۹۱ ۹۹۹۹۹ ۹۹۹۹۹', 'We do not know you yet. Would you like to join?'],
    ['9999999999', 'We do not know you yet. Would you like to join?'],
    ['abc', 'This is not a mobile number. Try again.'],
  ] as const) {
    await page.getByLabel('Your mobile number').fill(number);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText(said, { exact: true }).waitFor();
  }
  await close();
});

test('the kiosk page never shows what a reply does not have', async () => {
  const { page, close } = await openPage(browser, `${origin}/?endpoint=${encodeURIComponent(service.url)}&seconds=55`);
  for (const [body, said] of [
    ['{"message":"Customer is deleted after PII delete request"}', 'Welcome. Go on without your card.'],
    ['{"errors":[{"code":"8015"}],"warnings":[]}', 'We do not know you yet. Would you like to join?'],
    ['{"profiles":[{"firstName":"Asha"}]}', 'Hello \u2068Asha\u2069.'],
    ['{"profiles":[{}],"loyaltyProgramDetails":[{"loyaltyPoints":7}]}', 'Hello. 7 points.'],
    ['{"profiles":[],"loyaltyProgramDetails":[{"currentSlab":"Gold"}]}', 'Hello. \u2068Gold\u2069.'],
    [
      '{"profiles":[],"loyaltyProgramDetails":[{"loyaltyPoints":0},{"programTitle":"B","loyaltyPoints":7},{},{}]}',
      'Hello. 0 points. \u2068B\u2069: 7 points. Ask at the till about your other programmes.',
    ],
  ] as const) {
    await page.route('**/v2/customers/lookup/**', (route) =>
      route.fulfill({ status: 200, headers: { 'access-control-allow-origin': '*' }, body }),
    );
    await page.getByLabel('Your mobile number').fill('1234512345');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText(said, { exact: true }).waitFor();
  }
  await close();
});

test('the kiosk page shows an Arabic name in its place in the sentence, and the points after it', async () => {
  const { page, close } = await openPage(browser, `${origin}/?endpoint=${encodeURIComponent(service.url)}&seconds=55`);
  await page.route('**/v2/customers/lookup/**', (route) =>
    route.fulfill({
      status: 200,
      headers: { 'access-control-allow-origin': '*' },
      body: '{"profiles":[{"firstName":"محمد"}],"loyaltyProgramDetails":[{"loyaltyPoints":7}]}',
    }),
  );
  await page.getByLabel('Your mobile number').fill('1234512345');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('points').waitFor();
  const places = await page.evaluate<number[]>(`(() => {
    const text = document.querySelector('#answer').firstChild;
    return ['Hello', 'محمد', '7', 'points'].map((word) => {
      const range = new Range();
      range.setStart(text, text.data.indexOf(word));
      range.setEnd(text, text.data.indexOf(word) + word.length);
      return range.getBoundingClientRect().left;
    });
  })()`);
  assert.deepEqual(
    places,
    [...places].sort((left, right) => left - right),
  );
  await close();
});

test('the kiosk page works without the customer if its key is wrong', async () => {
  const { page, close } = await openPage(
    browser,
    `${origin}/?endpoint=${encodeURIComponent(service.url)}&key=another&seconds=55`,
  );
  await page.getByLabel('Your mobile number').fill('1234512345');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('Welcome. Go on without your card.', { exact: true }).waitFor();
  await close();
  assert.equal(service.simulator?.counters.v2Lookups, 2);
});
