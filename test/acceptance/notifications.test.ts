import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalService, startLocal } from '../../local/service.ts';
import {
  NOTIFICATION_ENCODINGS,
  NOTIFICATION_ENVELOPES,
  NOTIFICATION_FORMS,
  type NotificationOptions,
} from '../../simulator/control/notifications.ts';
import { type Simulator, startSimulator } from '../../simulator/simulator.ts';

/** Tests that every form of the upstream's notifications reaches the entries of its customer. */

let upstream: Simulator;
let service: LocalService;

beforeAll(async () => {
  upstream = await startSimulator({ latencyMs: 0 });
  service = await startLocal({
    PORT: '0',
    LOG_LEVEL: 'SILENT',
    CACHE_TIMEOUT_MS: '5000',
    UPSTREAM_BASE_URL: upstream.url,
    UPSTREAM_CREDENTIALS: '{"username":"till.demo","password":"demo-password"}',
  });
});
afterAll(async () => {
  await service?.close();
  await upstream?.close();
});

let count = 0;

/** Each case has its own customer: nothing is stored for half a second after a purge. Stored by mobile and by card. */
async function keepCustomer() {
  count += 1;
  const id = String(6_000_000_000 + count);
  const mobile = `91${8_000_000_000 + count}`;
  const cardnumber = `CARD-${count}`;
  const identifiers = { mobile, email: `n-${count}@example.com`, externalId: `N-${count}`, cardnumber };
  upstream.control({ add: { id, identifiers } });
  const lookUp = async (name: string, value: string) => {
    const query = new URLSearchParams({ source: 'INSTORE', identifierName: name, identifierValue: value });
    const { headers } = await fetch(`${service.url}/v2/customers/lookup/customerDetails?${query}`);
    return headers.get('cache-status');
  };
  const statuses = async () => [await lookUp('mobile', mobile), await lookUp('cardnumber', cardnumber)];
  const stored = 'lookaside; fwd=miss; fwd-status=200; stored';
  expect(await statuses()).toEqual([stored, stored]);
  return { id, statuses };
}

const cases: [string, NotificationOptions][] = [
  ...NOTIFICATION_FORMS.map((form): [string, NotificationOptions] => [`form ${form}`, { form }]),
  ...NOTIFICATION_ENVELOPES.map((envelope): [string, NotificationOptions] => [`envelope ${envelope}`, { envelope }]),
  ...NOTIFICATION_ENCODINGS.map((encoding): [string, NotificationOptions] => [`encoding ${encoding}`, { encoding }]),
];

describe('an event notification reaches every entry of its customer', () => {
  test.each(cases)('%s', async (_title, options) => {
    const { id, statuses } = await keepCustomer();
    const to = `${service.url}/events/capillary`;
    const answer = await upstream.notify({ ...options, id, to, authorization: 'local-webhook-secret' });
    expect(answer).toEqual({ status: 200, body: '{"invalidated":2}' });
    for (const status of await statuses()) expect(status).toMatch(/^lookaside; fwd=miss; fwd-status=200/);
  });

  test('of points marks entries stale, even if it names only the card', async () => {
    const { id, statuses } = await keepCustomer();
    const to = `${service.url}/events/capillary`;
    const options = { name: 'pointsRedeemed', form: 'card-number', envelope: 'attributes' } as const;
    await upstream.notify({ ...options, id, to, authorization: 'local-webhook-secret' });
    for (const status of await statuses()) expect(status).toMatch(/^lookaside; fwd=stale; fwd-status=200/);
  });

  test('needs the secret', async () => {
    const { id } = await keepCustomer();
    expect(await upstream.notify({ id, to: `${service.url}/events/capillary` })).toMatchObject({ status: 401 });
  });
});
