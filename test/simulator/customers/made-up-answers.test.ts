import { describe, expect, test } from '@jest/globals';
import { errorCode, json, startClient, v1Customer } from '../simulator-client.ts';

const CODES = [
  8015, 8065, 816, 1011, 1012, 1013, 1020, 8089, 8069, 91009, 8003, 8011, 8012, 8013, 8045, 11013, 1015, 1042, 1104,
  1044, 618, 461, 521,
];

test('an externalId exists for every documented error', async () => {
  const { byExternalId } = await startClient();
  for (const code of CODES) expect([code, await errorCode(byExternalId(`ERR-${code}`))]).toEqual([code, code]);
});

test('an error has the documented shape, and HTTP status 200', async () => {
  const { byExternalId } = await startClient();
  const response = await byExternalId('nobody');
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(
    '{"errors":[{"status":false,"code":8015,"message":"Customer not found for the given identifiers"}],"warnings":[]}',
  );
});

test('the HTTP status of errors is configurable, that of customers does not change', async () => {
  const { byExternalId } = await startClient({ errorStatus: 404 });
  expect((await byExternalId('nobody')).status).toBe(404);
  expect((await byExternalId('ERASED')).status).toBe(404);
  expect((await byExternalId('CUST-0001')).status).toBe(200);
});

test.each([
  ['email', 'err-461@example.com', 461],
  ['mobile', '6000008065', 8065],
  ['mobile', '916000000618', 618],
])('an error can be produced by %s %s', async (identifierName, identifierValue, code) => {
  const { v2 } = await startClient();
  expect(await errorCode(v2({ source: 'INSTORE', identifierName, identifierValue }))).toBe(code);
});

describe('changed customers', () => {
  test.each([8062, 8063, 91001, 91002, 91004])('WARN-%i is a 200 with that warning', async (code) => {
    const { byExternalId } = await startClient();
    const reply = await json(byExternalId(`WARN-${code}`));
    expect(reply.profiles[0].firstName).toBe(`Partial ${code}`);
    expect(reply.warnings).toEqual([{ status: false, code, message: expect.any(String) }]);
  });

  test('a partial reply lacks the parts that could not be fetched', async () => {
    const { byExternalId } = await startClient();
    expect(await json(byExternalId('WARN-8062', { embed: 'points' }))).not.toHaveProperty('pointsSummary');
    expect(await json(byExternalId('WARN-91004', { embed: 'subscriptions' }))).not.toHaveProperty('subscriptionInfo');
  });

  test("a merged customer is answered with the survivor's data and a warning", async () => {
    const { byExternalId } = await startClient();
    const [merged, survivor] = [await json(byExternalId('MERGED')), await json(byExternalId('MERGED-SURVIVOR'))];
    expect(merged).toEqual({ ...survivor, warnings: [{ status: false, code: 8069, message: expect.any(String) }] });
    expect(survivor.warnings).toEqual([]);
  });

  test('an erased customer is answered with the documented message', async () => {
    const { byExternalId } = await startClient();
    expect((await json(byExternalId('ERASED'))).errors).toEqual([
      { status: false, code: 8015, message: 'Customer is deleted after PII delete request' },
    ]);
  });
});

test('an externalId can produce a fault, a delay and an HTTP status', async () => {
  const { byExternalId } = await startClient();
  expect((await byExternalId('FAULT-html')).headers.get('content-type')).toContain('text/html');
  expect((await byExternalId('HTTP-503')).status).toBe(503);
  const startedAt = performance.now();
  expect(await errorCode(byExternalId('SLOW-50'))).toBe(8015);
  expect(performance.now() - startedAt).toBeGreaterThan(45);
});

describe('on v1.1', () => {
  test("an external_id exists for every documented error, in v1.1's own shape", async () => {
    const { v1 } = await startClient();
    for (const code of CODES) {
      const { item_status } = await v1Customer(v1({ format: 'json', external_id: `ERR-${code}` }));
      expect(item_status).toMatchObject({ success: 'false', code: String(code) });
    }
  });

  test('an external_id can produce a fault, a delay and an HTTP status', async () => {
    const { v1, simulator } = await startClient();
    expect((await v1({ format: 'json', external_id: 'FAULT-html' })).headers.get('content-type')).toContain(
      'text/html',
    );
    expect((await v1({ format: 'json', external_id: 'HTTP-503' })).status).toBe(503);
    const slow = await v1Customer(v1({ format: 'json', external_id: 'SLOW-1' }));
    expect(slow.item_status.code).toBe('1012');
    expect(simulator.counters.faulted).toBe(3);
  });

  test('an unknown fault is not found', async () => {
    const { v1 } = await startClient();
    expect((await v1Customer(v1({ format: 'json', external_id: 'FAULT-sulk' }))).item_status.code).toBe('1012');
  });
});
