import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { timed } from '../../support/free-time.ts';
import { AUTHORIZATION, type Client, json, startClient } from '../simulator-client.ts';

const SAMPLE_QUERY = 'source=INSTORE&identifierName=externalId&identifierValue=12341234';

function lookup({ v2 }: Client): Promise<Response> {
  return v2(SAMPLE_QUERY);
}

interface Raw {
  readonly headers: object;
  readonly text: string;
  readonly isComplete: boolean;
  /** The statuses of informational replies. */
  readonly informational: readonly number[];
}

/** The bytes on the wire, not decoded; rejects if the connection breaks. */
function raw({ simulator }: Client, agent: Agent | false = false): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const url = `${simulator.url}/v2/customers/lookup/customerDetails?${SAMPLE_QUERY}`;
    const informational: number[] = [];
    request(url, { headers: AUTHORIZATION, agent }, (response) => {
      let text = '';
      const { headers } = response;
      const done = () => resolve({ headers, text, isComplete: response.complete, informational });
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', done).on('error', done);
    })
      .on('information', ({ statusCode }) => informational.push(statusCode))
      .on('error', reject)
      .end();
  });
}

describe('invalid replies', () => {
  test('html: a page with 200', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'html' } });
    const response = await lookup(client);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html;charset=UTF-8']);
  });

  test('broken-json: a complete transfer, but no JSON', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'broken-json' } });
    await expect(json(lookup(client))).rejects.toThrow('JSON');
  });

  test('empty: nothing with 200', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'empty' } });
    expect(await (await lookup(client)).text()).toBe('');
  });

  test('cut: less than Content-Length says', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'cut' } });
    const { text, isComplete } = await raw(client);
    expect(isComplete).toBe(false);
    expect(text).toMatch(/^\{"id":566881933/);
  });

  test('wrong-length: more than Content-Length says', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'wrong-length' } });
    const { text } = await raw(client).catch((error: Error) => ({ text: error.message }));
    expect(() => JSON.parse(text)).toThrow();
  });

  test('oversize: valid JSON, beyond 2 MiB', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'oversize' } });
    const response = await lookup(client);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(2 * 1024 * 1024);
    expect((await json(response)).id).toBe(1);
  });

  test('gzip-bomb: small on the wire, huge decoded', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'gzip-bomb', sizeBytes: 20 * 1024 * 1024 } });
    const response = await lookup(client);
    expect(Number(response.headers.get('content-length'))).toBeLessThan(100 * 1024);
    const { padding } = await json(response);
    expect(padding).toHaveLength(20 * 1024 * 1024);
  });

  test('redirect: to another host name, which records a client that follows it', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'redirect', times: 1 } });
    const response = await lookup(client);
    const location = response.headers.get('location') ?? '';
    expect([response.status, new URL(location).hostname]).toEqual([302, 'localhost']);
    await client.plain(new URL(location).pathname);
    expect(client.simulator.requests.at(-1)?.url).toBe(new URL(location).pathname);
  });
});

describe('replies that say the same in another way', () => {
  test.each([
    ['html', 404, '<!DOCTYPE html>'],
    ['blank', 400, ''],
  ] as const)('%s with a status: %i', async (kind, status, start) => {
    const client = await startClient();
    client.simulator.control({ fault: { kind, ...(kind === 'html' && { status }) } });
    const response = await lookup(client);
    expect(response.status).toBe(status);
    const text = await response.text();
    expect(text.slice(0, start.length)).toBe(start);
    expect(text === '').toBe(kind === 'blank');
  });

  const message = 'Customer is deleted after PII delete request';
  test.each([
    [undefined, { message }],
    ['message', { message }],
    ['status', { status: { message } }],
    ['response-status', { response: { status: { message } } }],
    ['errors', { errors: [{ message }] }],
    ['errors-object', { errors: { message } }],
    ['warnings', { id: 566881933, warnings: [{ message }] }],
    ['status-beside', { id: 566881933, status: { message } }],
  ] as const)('erased, in %s', async (place, said) => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'erased', status: 404, ...(place && { place }) } });
    const response = await lookup(client);
    expect(response.status).toBe(404);
    expect(await json(response)).toMatchObject(said);
  });

  test('erased, as a text alone', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'erased', place: 'text' } });
    expect(await (await lookup(client)).text()).toBe(`${message}\n`);
  });

  test('merged: the right reply with the warning, by both APIs and in each shape of v1.1', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'merged', code: 91009 } });
    expect(await json(lookup(client))).toMatchObject({ id: 566881933, warnings: [{ code: 91009 }] });
    const byV1 = { format: 'json', external_id: '12341234' };
    const warned = { item_status: { warnings: { warning: [{ code: 91009 }] } } };
    expect((await json(client.v1(byV1))).response.customers.customer[0]).toMatchObject(warned);
    client.simulator.control({ isV1CustomerObject: true, isV1Wrapped: false });
    expect((await json(client.v1(byV1))).customers.customer).toMatchObject(warned);
  });

  test('merged, without a code: 8069', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'merged' } });
    expect((await json(lookup(client))).warnings[0].code).toBe(8069);
  });

  test('partial-content: the right reply with 206 and a Content-Range', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'partial-content' } });
    const response = await lookup(client);
    expect([response.status, response.headers.get('content-range')]).toEqual([
      206,
      expect.stringMatching(/^bytes 0-\d+\/\d+$/),
    ]);
    expect((await json(response)).id).toBe(566881933);
  });

  test('wrong-encoding: the right reply, which is not in its Content-Encoding', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'wrong-encoding', encoding: 'br' } });
    const { headers, text } = await raw(client);
    expect(headers).toMatchObject({ 'content-encoding': 'br' });
    expect(JSON.parse(text).id).toBe(566881933);
  });

  test.each([
    ['continue', 100],
    ['early-hints', 103],
  ] as const)('%s: %i, then the right reply', async (kind, status) => {
    const client = await startClient();
    client.simulator.control({ fault: { kind } });
    const { text, informational } = await raw(client);
    expect(informational).toEqual([status]);
    expect(JSON.parse(text).id).toBe(566881933);
  });

  test.each(['numbers', 'decimals', 'objects', 'members'] as const)(
    'oversize, of %s: as large as asked',
    async (filling) => {
      const client = await startClient();
      client.simulator.control({ fault: { kind: 'oversize', sizeBytes: 50_000, filling } });
      const text = await (await lookup(client)).text();
      expect(text.length).toBeGreaterThan(49_980);
      expect(text.length).toBeLessThanOrEqual(50_000);
      expect(JSON.parse(text).id).toBe(1);
    },
  );
});

describe('replies that are refused or late', () => {
  test('status, with a Retry-After if requested', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'status', status: 503, retryAfterSeconds: 9 } });
    const response = await lookup(client);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '9']);
  });

  test.each([
    ['error', 200, '461'],
    ['throttle', 429, '429'],
  ] as const)("%s on v1.1: status %i, the code in an item_status of v1.1's own shape", async (kind, status, code) => {
    const { simulator, v1 } = await startClient();
    simulator.control({ fault: { kind, api: 'v1.1' } });
    const response = await v1({ format: 'json', external_id: '12341234' });
    expect(response.status).toBe(status);
    expect((await json(response)).response.customers.customer[0].item_status.code).toBe(code);
  });

  test('throttle: 429, with and without Retry-After', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'throttle', retryAfterSeconds: 7, times: 1 } });
    client.simulator.control({ fault: { kind: 'throttle', times: 1 } });
    const responses = [await lookup(client), await lookup(client)];
    expect(responses.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [429, '7'],
      [429, null],
    ]);
  });

  test('error: the code given', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'error', code: 521 } });
    expect((await json(lookup(client))).errors[0].code).toBe(521);
  });

  test('unauthorized: 401 although the credentials are right', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'unauthorized', times: 1 } });
    expect([(await lookup(client)).status, (await lookup(client)).status]).toEqual([401, 200]);
  });

  test('slow: the right reply, later', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'slow', latencyMs: 60 } });
    const startedAt = performance.now();
    expect((await json(lookup(client))).id).toBe(566881933);
    expect(performance.now() - startedAt).toBeGreaterThan(55);
  });

  test('trickle: the right reply, byte by byte', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'trickle', intervalMs: 0 } });
    expect((await json(client.byExternalId('nobody'))).errors[0].code).toBe(8015);
  });

  test('hang: no reply until the client gives up', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'hang' } });
    const givingUp = new AbortController();
    const hanging = fetch(`${client.simulator.url}/v2/customers/lookup/customerDetails?${SAMPLE_QUERY}`, {
      headers: AUTHORIZATION,
      signal: givingUp.signal,
    });
    while (client.simulator.counters.faulted === 0) await sleep(5);
    givingUp.abort();
    await expect(hanging).rejects.toThrow('aborted');
    while (client.simulator.counters.abandoned === 0) await sleep(5);
  });

  test('reset-reused: the connection breaks at its second request, and a new one does not', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'reset-reused' } });
    const agent = new Agent({ keepAlive: true });
    expect(JSON.parse((await raw(client, agent)).text).id).toBe(566881933);
    await expect(raw(client, agent)).rejects.toThrow(/ECONNRESET|socket hang up/);
    expect(JSON.parse((await raw(client, agent)).text).id).toBe(566881933);
    agent.destroy();
  });

  test('reset: the connection breaks', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'reset' } });
    await expect(raw(client)).rejects.toThrow('ECONNRESET');
  });
});

describe('the requests that a fault affects', () => {
  test('the given number of next requests, then no more', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'status', status: 500, times: 2 } });
    const statuses = [await lookup(client), await lookup(client), await lookup(client)].map(({ status }) => status);
    expect(statuses).toEqual([500, 500, 200]);
    expect(client.simulator.counters.faulted).toBe(2);
  });

  test('a share of them', async () => {
    let drawn = 0;
    const client = await startClient({ random: () => (drawn++ % 2 === 0 ? 0.1 : 0.9), jitterMs: 0 });
    client.simulator.control({ fault: { kind: 'status', status: 500, share: 0.5 } });
    const statuses: number[] = [];
    for (let k = 0; k < 4; k += 1) statuses.push((await lookup(client)).status);
    expect(new Set(statuses)).toEqual(new Set([200, 500]));
  });

  test('those of one API, or with a text in their address', async () => {
    const client = await startClient();
    client.simulator.control({ fault: { kind: 'status', status: 500, api: 'v1.1' } });
    client.simulator.control({ fault: { kind: 'status', status: 502, urlIncludes: 'CUST-0001' } });
    expect((await lookup(client)).status).toBe(200);
    expect((await client.v1('format=json&id=566881933')).status).toBe(500);
    expect((await client.byExternalId('CUST-0001')).status).toBe(502);
  });
});

test('closing does not wait for a reply that hangs', async () => {
  const client = await startClient();
  client.simulator.control({ fault: { kind: 'hang' } });
  const hanging = lookup(client).catch((error: Error) => error.name);
  await sleep(30);
  const { freeMs } = await timed(() => client.simulator.close());
  expect(freeMs).toBeLessThan(500);
  expect(await hanging).toBe('TypeError');
});
