import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { LocalService } from '../../local/service.ts';
import { type Browser, openPage, startBrowser, textOf, type WatchedPage } from './browser.ts';
import {
  directory,
  field,
  happened,
  lookUp,
  ready,
  shelf,
  shows,
  startService,
  till,
  upstream,
} from './console-steps.ts';

let browser: Browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

let service: LocalService;
let opened: WatchedPage;
beforeEach(async () => {
  service = await startService();
  opened = await openPage(browser, service.url);
  await ready(opened.page);
});
afterEach(async () => {
  const { troubles, addresses } = opened;
  await opened.close();
  await service.close();
  assert.deepEqual(troubles, [], 'the page reports no error');
  const elsewhere = addresses.filter((address) => !address.startsWith(service.url) && !address.startsWith('data:'));
  assert.deepEqual(elsewhere, [], 'the page loads nothing from elsewhere');
});

describe('the till, with the mouse', () => {
  test('shows a customer: name, tier and its expiry, points per programme, cards with status, coupons', async () => {
    const { page } = opened;
    await lookUp(page, '1234512345');
    await shows(page, 'Bubalus bubalis', 'Miss');

    const text = (await textOf(till(page))).replace(/\s+/g, ' ');
    assert.match(text, /Diamond until 26 Mar 2125/);
    assert.match(text, /95,827 points DocDemoDefaultProgram .* 0 points DocTransferPoints/);
    assert.match(text, /5 cards mtest00000000067003 until 1 Jun 2028 active/);
    assert.match(text, /4 coupons to use MADEUP19339/);
    assert.match(text, /8 coupons used or expired/);
  });

  test('tells a miss from a hit, in another spelling too, and how fresh the reply is', async () => {
    const { page } = opened;
    await lookUp(page, '1234512345');
    await shows(page, 'Bubalus bubalis', 'Miss');
    await lookUp(page, '+91 12345 12345');
    await shows(page, 'Bubalus bubalis', 'Hit');

    const text = await textOf(happened(page));
    assert.match(text, /The cache answered\. Capillary was not asked\./);
    assert.match(text, /fresh for \d min/);
    assert.match(text, /Capillary, usually/);
    assert.match(text, /lookaside; hit; ttl=\d+/);
    assert.equal(service.simulator?.counters.v2Lookups, 1);
  });

  test('says in plain words: customer not found, refused input, an outage', async () => {
    const { page } = opened;
    await lookUp(page, '9123456789');
    await shows(page, 'Customer not found', 'Miss');
    await lookUp(page, '12');
    await shows(page, 'Check what you typed', 'Not used');
    await upstream(page).getByRole('button', { name: 'Failing' }).click();
    await page.getByText('The upstream is failing.').waitFor();
    await lookUp(page, '9000000002');
    await shows(page, 'No answer from the upstream', 'Failed');
    assert.match(await textOf(happened(page)), /Capillary fails\./);
  });

  test('looks up by v1.1 too', async () => {
    const { page } = opened;
    await till(page).getByText('More', { exact: true }).click();
    await till(page).getByRole('combobox', { name: 'API' }).selectOption('v1.1');
    await lookUp(page, '1234512345');
    await shows(page, 'Bubalus bubalis', 'Miss');
    assert.match(await textOf(happened(page)), /\/v1\.1\/customer\/get\?mobile=1234512345/);
  });

  test('asks only the cache if the user wants that', async () => {
    const { page } = opened;
    await till(page).getByText('More', { exact: true }).click();
    await till(page).getByRole('combobox', { name: 'Freshness' }).selectOption('only-if-cached');
    await lookUp(page, '1234512345');
    await shows(page, 'Not in the cache', 'Not used');
  });

  test('copies the look-up as a curl command that a shell runs', async () => {
    const { page } = opened;
    await lookUp(page, '1234512345');
    await shows(page, 'Bubalus bubalis', 'Miss');
    await happened(page).getByRole('button', { name: 'Copy' }).click();
    await happened(page).getByRole('button', { name: 'Copied' }).waitFor();

    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    const query = 'source=INSTORE&identifierName=mobile&identifierValue=1234512345&embed=coupons';
    assert.equal(copied, `curl -i '${service.url}/v2/customers/lookup/customerDetails?${query}'`);
  });
});

describe('the cache', () => {
  test('shows the entries with their windows, purges one, and marks one stale', async () => {
    const { page } = opened;
    await lookUp(page, '1234512345');
    await shows(page, 'Bubalus bubalis', 'Miss');
    const entry = shelf(page)
      .getByRole('listitem')
      .filter({ hasText: /\bv2\b/ });
    await entry.getByText(/^fresh$/).waitFor();
    assert.match(await textOf(entry), /INSTORE mobile[\s\S]*fresh for \d min[\s\S]*KB served/);
    assert.doesNotMatch(await textOf(shelf(page)), /1234512345|Bubalus/);

    await entry.getByRole('button', { name: /^Mark/ }).click();
    await entry.getByText('marked stale').waitFor();
    await lookUp(page, '1234512345');
    await happened(page).getByText('The reply in the cache was too old. Capillary was asked.').waitFor();

    await entry.getByRole('button', { name: /^Purge/ }).click();
    await shelf(page).getByText('Nothing yet.').waitFor();
    await lookUp(page, '1234512345');
    await happened(page).getByText('The cache had no reply. Capillary was asked.').waitFor();
  });

  test('serves an older reply while Capillary fails', async () => {
    const { page } = opened;
    await lookUp(page, '1234512345');
    await shows(page, 'Bubalus bubalis', 'Miss');
    const entry = shelf(page)
      .getByRole('listitem')
      .filter({ hasText: /\bv2\b/ });
    await entry.getByRole('button', { name: /^Mark/ }).click();
    await entry.getByText('marked stale').waitFor();
    await upstream(page).getByRole('button', { name: 'Failing' }).click();
    await page.getByText('The upstream is failing.').waitFor();

    await lookUp(page, '1234512345');
    await shows(page, 'Bubalus bubalis', 'Stale');
    await happened(page)
      .getByText('Capillary failed or was too slow, so the cache answered with an older reply.')
      .waitFor();

    await upstream(page).getByRole('button', { name: 'Normal' }).click();
    await page.getByText('Upstream normal').waitFor();
  });
});

describe('the customers of the simulated upstream', () => {
  test('are searched, looked up, changed and erased; an event tells the cache', async () => {
    const { page } = opened;
    await directory(page).getByLabel('Name, number, e-mail, card or id').fill('bubalus');
    const customer = directory(page).getByRole('listitem').filter({ hasText: 'Bubalus bubalis' });
    await customer.getByRole('button', { name: /^Look up/ }).click();
    await shows(page, 'Bubalus bubalis', 'Miss');

    await customer.getByRole('button', { name: /^Change/ }).click();
    await customer.getByRole('textbox', { name: 'Points' }).fill('120.50');
    await customer.getByRole('button', { name: 'Set points' }).click();
    await customer.getByText('120.50').first().waitFor();
    await lookUp(page, '1234512345');
    await shows(page, 'Bubalus bubalis', 'Hit');
    assert.match(await textOf(till(page)), /95,827/);

    await customer.getByRole('combobox', { name: 'Event to this service' }).selectOption('pointsRedeemed');
    await customer.getByRole('button', { name: 'Send' }).click();
    await page.getByText(/^Sent pointsRedeemed: \d entr(y|ies) changed\.$/).waitFor();
    await lookUp(page, '1234512345');
    await till(page).getByText('120.50', { exact: true }).waitFor();

    await customer.getByRole('button', { name: 'Erase' }).click();
    await customer.getByText('erased').waitFor();
    await customer.getByRole('combobox', { name: 'Event to this service' }).selectOption('customerUpdated');
    await customer.getByRole('button', { name: 'Send' }).click();
    await page.getByText(/^Sent customerUpdated/).waitFor();
    await lookUp(page, '1234512345');
    await till(page).getByRole('heading', { name: 'This customer was erased' }).waitFor();
  });
});

describe('the console, with the keyboard only', () => {
  /** Tabs on until this is focused. */
  async function tabTo(name: RegExp): Promise<void> {
    const { page } = opened;
    for (let count = 0; count < 80; count += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate<string>(
        "(e => e.ariaLabel ?? e.labels?.[0]?.innerText ?? e.innerText ?? '')(document.activeElement)",
      );
      if (name.test(focused.trim())) return;
    }
    assert.fail(`nothing named ${name} takes the focus`);
  }

  test('skips to the till, looks up, types the next number over the last', async () => {
    const { page } = opened;
    await tabTo(/^Skip to the till$/);
    await page.keyboard.press('Enter');
    await tabTo(/^Phone number$/);
    await page.keyboard.type('1234512345');
    await page.keyboard.press('Enter');
    await shows(page, 'Bubalus bubalis', 'Miss');
    await page.waitForFunction('document.activeElement.selectionEnd - document.activeElement.selectionStart === 10');
    await page.keyboard.type('9123456789');
    assert.equal(await field(page).inputValue(), '9123456789');
    await page.keyboard.press('Enter');
    await shows(page, 'Customer not found', 'Miss');
  });

  test('chooses another identifier, breaks the upstream, purges', async () => {
    const { page } = opened;
    await tabTo(/^Phone number$/);
    await tabTo(/^Phone number$/);
    await page.keyboard.press('ArrowRight');
    await page.getByLabel('E-mail address').waitFor();
    await field(page).fill('');
    await tabTo(/^Look up$/);
    await page.evaluate("document.getElementById('identifier').focus()");
    await page.keyboard.type('bubalus@example.com');
    await page.keyboard.press('Enter');
    await shows(page, 'Bubalus bubalis', 'Miss');

    await tabTo(/^Throttling$/);
    await page.keyboard.press('Space');
    await page.getByText('The upstream is throttling.').waitFor();
    await shelf(page)
      .getByRole('button', { name: /^Purge: v2/ })
      .waitFor();
    await tabTo(/^Purge: v2/);
    await page.keyboard.press('Enter');
    await page.getByText(/^Purged \d entr/).waitFor();
  });
});

describe('the focus', () => {
  const focused = () => opened.page.evaluate<string>('document.activeElement.id || document.activeElement.innerText');

  test('goes to the heading when the entry of a purge goes, and back when a notice goes', async () => {
    const { page } = opened;
    await lookUp(page, '1234512345');
    await shows(page, 'Bubalus bubalis', 'Miss');
    await shelf(page)
      .getByRole('button', { name: /^Purge: v2/ })
      .click();
    await shelf(page).getByText('Nothing yet.').waitFor();
    assert.equal(await focused(), 'shelf-title');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    assert.equal(await focused(), 'shelf-title');
  });

  test('stays in the field of the API key while it is typed', async () => {
    const other = await startService({ LOCAL_API_KEYS: 'till-key' });
    const { page, close } = await openPage(browser, other.url);
    await page.getByLabel('API key').waitFor();
    await page.evaluate("document.querySelector('[name=apiKey]').focus()");
    await page.keyboard.type('till-key');
    await lookUp(page, '1234512345');
    await shows(page, 'Bubalus bubalis', 'Miss');
    await close();
    await other.close();
  });
});

test('the panels below a result stay where they are while the next look-up runs', async () => {
  const { page } = opened;
  await lookUp(page, '1234512345');
  await shows(page, 'Bubalus bubalis', 'Miss');
  const places = () =>
    page.evaluate<string>(
      "['upstream-title', 'activity-title'].map((id) => Math.round(document.getElementById(id).getBoundingClientRect().top)).join()",
    );
  const before = await places();
  service.simulator?.control({ fault: { kind: 'hang' } });
  await lookUp(page, '9000000002');
  await happened(page).getByText('Looking up…').waitFor();
  assert.equal(await places(), before);
  service.simulator?.reset('faults');
});

test('an empty field is not looked up: the browser says so', async () => {
  const { page } = opened;
  for (const empty of ['', '  ']) {
    await lookUp(page, empty);
    assert.equal(await page.evaluate<string>('document.activeElement.id'), 'identifier');
    assert.notEqual(await page.evaluate<string>('document.activeElement.validationMessage'), '');
  }
});

test('the date beside a very long card number stays in one line', async () => {
  const { page } = opened;
  await page.setViewportSize({ width: 1400, height: 900 });
  await page.route('**/v2/customers/lookup/**', (route) =>
    route.fulfill({
      status: 200,
      headers: {},
      body: `{"id":1,"cardDetails":[{"cardNumber":"${'9'.repeat(100)}","expiryDate":"2028-06-01"}]}`,
    }),
  );
  await lookUp(page, '9000000008');
  const date = till(page).getByText('until 1 Jun 2028');
  await date.waitFor();
  const lines = await page.evaluate<number>(
    `[...document.querySelectorAll('.lines .muted')].at(-1).getClientRects()[0].height / parseFloat(getComputedStyle(document.querySelector('.lines')).lineHeight)`,
  );
  assert.ok(lines < 2, `${lines} lines`);
  await page.unroute('**/v2/customers/lookup/**');
});

test('the console says that a key cannot be sent, and asks nothing with it', async () => {
  const other = await startService({ LOCAL_API_KEYS: 'till-key' });
  const { page, troubles, addresses, close } = await openPage(browser, `${other.url}/`);
  await ready(page);
  await page.getByLabel('API key').fill('ключ');
  await lookUp(page, '1234512345');
  await till(page).getByText('The API key has a character that no key has').first().waitFor();
  assert.deepEqual(
    addresses.filter((address) => address.includes('/v2/')),
    [],
  );
  await page.getByLabel('API key').fill(' till-key ');
  await lookUp(page, '1234512345');
  await shows(page, 'Bubalus bubalis', 'Miss');
  assert.deepEqual(troubles, []);
  await close();
  await other.close();
});

test('the console says that the service does not answer, and works again when it does', async () => {
  const { page } = opened;
  await opened.setOffline(true);
  await page.getByText('Lookaside does not answer.').waitFor();
  await lookUp(page, '1234512345');
  await till(page).getByRole('heading', { name: 'The look-up was not made' }).waitFor();
  await happened(page).getByText('Lookaside does not answer. Is npm start still running?').waitFor();
  await opened.setOffline(false);
  await ready(page);
  await lookUp(page, '1234512345');
  await shows(page, 'Bubalus bubalis', 'Miss');
});
