import { describe, expect, test } from '@jest/globals';
import { toReplyBody } from '../../../../functions/adapters/capillary/reply-body.ts';
import { readCustomerGetReply } from '../../../../functions/adapters/capillary/v1-reply.ts';
import { readCustomerDetailsReply } from '../../../../functions/adapters/capillary/v2-reply.ts';
import { writeJson } from '../../../../functions/customer/json/json.ts';
import { REPLY_SHAPES } from '../../../../functions/customer/reply/reply-shape.ts';

const ERASED = 'Customer is deleted after PII delete request';
/** Each of the statuses with which a body may come. */
const STATUSES = [200, 201, 206, 302, 400, 401, 403, 404, 409, 429, 500, 503] as const;

/** A customer, an error and a customer with an error, as each API writes them. */
const APIS = {
  v2: {
    read: readCustomerDetailsReply,
    customer: '{"id":7,"profiles":[{"firstName":"Asha"}]}',
    error: (code: number) => `{"errors":[{"status":false,"code":${code},"message":"its words"}],"warnings":[]}`,
    silentError: '{"errors":[{"status":false}]}',
    withError: (code: number) => `{"id":7,"errors":[{"code":${code},"message":"its words"}]}`,
    withSilentError: '{"id":7,"errors":[{}]}',
  },
  'v1.1': {
    read: readCustomerGetReply,
    customer: '{"response":{"customers":{"customer":[{"user_id":7,"item_status":{"success":"true","code":"1000"}}]}}}',
    error: (code: number) =>
      `{"response":{"customers":{"customer":[{"item_status":{"success":"false","code":"${code}","message":"its words"}}]}}}`,
    silentError: '{"response":{"status":{"success":"false"}}}',
    withError: (code: number) =>
      `{"customers":{"customer":{"user_id":7,"item_status":{"success":"false","code":"${code}","message":"its words"}}}}`,
    withSilentError: '{"customers":{"customer":{"user_id":7}},"errors":[{}]}',
  },
} as const;

describe.each(Object.entries(APIS))('the table of readReply, by %s:', (api, shapes) => {
  const { read, customer, error, silentError, withError, withSilentError } = shapes;
  const summaryOf = (status: number, body: string | undefined) => {
    const outcome = read(status, toReplyBody(body));
    if (outcome.kind === 'failed') return `failed: ${outcome.failure}`;
    if (outcome.kind === 'found') return outcome.isComplete ? 'found' : 'found, incomplete';
    if (outcome.kind === 'not-found') return outcome.isComplete ? 'not-found' : 'not-found, incomplete';
    return outcome.errors === undefined ? `${outcome.kind}, without errors` : outcome.kind;
  };
  const unreadable: readonly (string | undefined)[] = [undefined, '', ' ', '<html>', '{"id":', '[]', '"x"', '{}'];

  // Row for row; each with the rows below it over which it has precedence.
  test.each<[string, readonly number[], readonly (string | undefined)[], string]>([
    [
      'says that the customer is erased: in a known place, or anywhere if it has no customer',
      STATUSES,
      [`{"message":"${ERASED}"}`, `<p>${ERASED}</p>`],
      'erased',
    ],
    ['status 429', [429], [error(8015), error(1044), customer, ...unreadable], 'failed: throttled'],
    ['status 3xx', [300, 302, 399], [error(8015), error(1044), customer, ...unreadable], 'failed: invalid'],
    ['an error says not found', [200, 400, 401, 403, 404, 500, 503], [error(8015), withError(1012)], 'not-found'],
    ['status 206 or 226, not found', [206, 226], [error(8015), withError(1012)], 'not-found, incomplete'],
    ['an error says refused', [200, 206, 400, 401, 403, 404, 500, 503], [error(8130), withError(618)], 'refused'],
    [
      'an error says throttled',
      [200, 206, 400, 401, 403, 404, 500, 503],
      [error(429), withError(429)],
      'failed: throttled',
    ],
    [
      'an error says busy',
      [200, 206, 400, 401, 403, 404, 500, 503],
      [error(461), withError(521)],
      'failed: server-error',
    ],
    [
      'an error says credentials refused',
      [200, 206, 400, 401, 403, 404, 500, 503],
      [error(401), error(403), withError(401)],
      'failed: credentials-refused',
    ],
    ['status 401', [401], [error(99_999), customer, ...unreadable], 'failed: credentials-refused'],
    ['status 403', [403], [error(99_999), customer, ...unreadable], 'failed: credentials-refused'],
    ['status 5xx', [500, 502, 599], [error(99_999), customer, ...unreadable], 'failed: server-error'],
    ['a readable error of an unknown code', [200, 206, 400, 404, 409], [error(99_999), withError(99_999)], 'refused'],
    ['a readable error without a customer', [200, 206, 400, 404, 409], [error(8069), error(8062)], 'refused'],
    ['a customer, an error says merged', [400, 404, 409, 422], [withError(8069), withError(91_009)], 'found'],
    ['a customer, an error says partial', [400, 404, 409], [withError(8062)], 'found, incomplete'],
    ['status 400', [400], [customer, silentError, withSilentError, ...unreadable], 'refused, without errors'],
    ['status 2xx, a customer', [200, 201, 203], [customer, withError(8069)], 'found'],
    ['status 2xx, a customer, an error says partial', [200, 201], [withError(8062)], 'found, incomplete'],
    ['status 2xx, a customer, an error is not readable', [200, 201], [withSilentError], 'found, incomplete'],
    ['R10, B15: status 206 or 226, a customer', [206, 226], [customer, withError(8069)], 'found, incomplete'],
    ['any other 2xx', [200, 204, 206], [silentError, ...unreadable], 'failed: invalid'],
    ['any other 4xx', [404, 409, 410, 422], [customer, silentError, withSilentError, ...unreadable], 'failed: invalid'],
  ])('%s', (_row, statuses, bodies, summary) => {
    const told = statuses.flatMap((status) => bodies.map((body) => [status, body, summaryOf(status, body)]));
    expect(told).toEqual(statuses.flatMap((status) => bodies.map((body) => [status, body, summary])));
  });

  /** A warning in every place in which a reply may hold it, beside a customer. */
  const WARNED = ['"warnings":[@]', '"warnings":{"warning":[@]}', '"warnings":@', '"status":@', '"error":@'];

  test.each(WARNED)('a customer may come with %s, whatever the status: merged, or partial', (place) => {
    for (const code of ['8069', '"91009"', '8069.0', '"8069.0"', '8.069E3']) {
      const body = `${customer.slice(0, -1)},${place.replace('@', `{"code":${code},"message":"its words"}`)}}`;
      for (const status of [200, 400, 404]) {
        const outcome = read(status, toReplyBody(body));
        expect([code, outcome]).toMatchObject([code, { kind: 'found', status, isMerged: true, isComplete: true }]);
      }
    }
    for (const code of ['8062', '"91001"', '91004.0']) {
      const body = `${customer.slice(0, -1)},${place.replace('@', `{"code":${code},"message":"its words"}`)}}`;
      for (const status of [200, 400, 404])
        expect([code, summaryOf(status, body)]).toEqual([code, 'found, incomplete']);
    }
  });

  test('equal numbers are one code', () => {
    const written = (code: string) => error(8015).replace(/"?8015"?/, code);
    for (const code of ['8015', '"8015"', '8015.0', '"8015.0"', '8.015E3', '" 8015 "'])
      expect([code, summaryOf(200, written(code))]).toEqual([code, 'not-found']);
    for (const code of ['8015.5', '-8015', '"E8015"', '80150']) {
      expect([code, summaryOf(200, written(code))]).toEqual([code, 'refused']);
    }
  });

  /** The message of an erased customer in every place in which a reply may hold it. */
  const PLACES: readonly (readonly [string, (message: string) => string])[] = [
    ['message', (message) => `{"message":${message}}`],
    ['message, with a code', (message) => `{"code":1999,"message":${message}}`],
    ['status', (message) => `{"status":${message}}`],
    ['status.message', (message) => `{"status":{"success":false,"code":500,"message":${message}}}`],
    ['status.message that is well', (message) => `{"status":{"success":true,"code":200,"message":${message}}}`],
    ['response.message', (message) => `{"response":{"message":${message}}}`],
    ['response.status.message', (message) => `{"response":{"status":{"code":"500","message":${message}}}}`],
    ['errors[]', (message) => `{"errors":[{"code":8015,"message":"not found"},{"code":1,"message":${message}}]}`],
    ['errors[], as a text', (message) => `{"errors":[${message}]}`],
    ['errors, one object', (message) => `{"errors":{"code":1,"message":${message}}}`],
    ['errors, an object that holds a list', (message) => `{"errors":{"error":[{"message":${message}}]}}`],
    ['errors, an object that holds one', (message) => `{"errors":{"0":{"message":${message}}}}`],
    ['errors, a text', (message) => `{"errors":${message}}`],
    ['response.errors', (message) => `{"response":{"errors":[{"message":${message}}]}}`],
    ['error', (message) => `{"error":{"message":${message}}}`],
    [
      'item_status.message',
      (message) => `{"response":{"customers":{"customer":[{"item_status":{"message":${message}}}]}}}`,
    ],
    ['the customer', (message) => `{"response":{"customers":{"customer":[{"message":${message}}]}}}`],
    ['item_status, a text', (message) => `{"response":{"customers":{"customer":{"item_status":${message}}}}}`],
    ['warnings[]', (message) => `{"warnings":[{"code":1,"message":${message}}]}`],
    ['warnings.warning[]', (message) => `{"warnings":{"warning":[{"message":${message}}]}}`],
    ['warnings, one object', (message) => `{"warnings":{"message":${message}}}`],
    ['a JSON text', (message) => message],
    ['a JSON list', (message) => `[${message}]`],
    ['plain text', (message) => message.slice(1, -1)],
    ['XML', (message) => `<response><status><message>${message.slice(1, -1)}</message></status></response>`],
  ];

  test.each(PLACES)(
    'R6: an erased customer is known by the message in %s, with any status and beside any data',
    (_place, place) => {
      for (const message of [`"${ERASED}"`, `"${ERASED.toLowerCase()}."`]) {
        const alone = place(message);
        const beside = alone.startsWith('{') ? `${customer.slice(0, -1)},${alone.slice(1)}` : alone;
        for (const [status, body] of STATUSES.flatMap(
          (each) =>
            [
              [each, alone],
              [each, beside],
            ] as const,
        )) {
          const outcome = read(status, toReplyBody(body));
          if (outcome.kind !== 'erased') throw new Error(`With status ${status} it is ${outcome.kind}: ${body}`);
          expect(outcome.status).toBe(status);
          expect(writeJson(outcome.errors)).toMatch(new RegExp(ERASED, 'i'));
          expect(writeJson(outcome.errors)).not.toContain('Asha');
        }
      }
    },
  );

  test.each([
    `{"data":{"message":"${ERASED}"}}`,
    `{"Message":"${ERASED}"}`,
    `{"fault":{"faultstring":"${ERASED}","detail":{"code":5}}}`,
    `{"errors":[{"code":8015,"message":"not found"}],"data":[{"reason":"${ERASED.toUpperCase()}"}]}`,
    `{"errors":[{"code":99999}],"detail":"${ERASED}"}`,
    `{"response":{"customers":{"customer":[{"message":"${ERASED}"}]}}}`,
  ])('R6: without a customer, an erased one is known by the message in any place: %s', (body) => {
    for (const status of STATUSES) {
      const outcome = read(status, toReplyBody(body));
      expect([status, outcome.kind]).toEqual([status, 'erased']);
      if (outcome.kind !== 'erased') continue;
      expect(writeJson(outcome.errors)).toMatch(new RegExp(ERASED, 'i'));
    }
  });

  test('the id beside the message says which customer was erased', () => {
    const message = `"message":"${ERASED}"`;
    const idOf = (text: string) => {
      const outcome = read(404, toReplyBody(text));
      return outcome.kind === 'erased' ? outcome.customerId : outcome.kind;
    };
    expect(idOf(`${customer.slice(0, -1)},${message}}`)).toBe('7');
    expect(idOf(`${customer.replace(/("(?:user_)?id":)7/, '$17.0')}`.replace(/}$/, `,${message}}`))).toBe('7');
    expect(idOf(`{${message}}`)).toBeUndefined();
    expect(idOf(ERASED)).toBeUndefined();
  });

  test('R6: the answer about an erased customer has code and message where a direct invocation looks for them', () => {
    for (const [, place] of PLACES) {
      const outcome = read(200, toReplyBody(place(`"${ERASED}"`)));
      if (outcome.kind !== 'erased') throw new Error(`The outcome is ${outcome.kind}.`);
      const shape = REPLY_SHAPES[api as keyof typeof APIS];
      expect(shape.errorOf(outcome.errors).message).toBe(ERASED);
    }
  });

  test('a message outside the errors is passed on in the form of v2', () => {
    const outcome = read(200, toReplyBody(`{"code":1999,"message":"${ERASED}","trace":"at Server"}`));
    expect(outcome.kind === 'erased' && writeJson(outcome.errors)).toBe(
      `{"errors":[{"status":false,"code":1999,"message":"${ERASED}"}],"warnings":[]}`,
    );
  });

  test('data that hold the message do not count as the message', () => {
    const named = customer.replace('Asha', ERASED).replace('"user_id":7', `"user_id":7,"firstname":"${ERASED}"`);
    expect(named).toContain(ERASED);
    expect(summaryOf(200, named)).toBe('found');
  });

  test.each([
    ['one object', '{"errors":{"status":false,"code":8015,"message":"its words"}}'],
    ['an object that holds a list', '{"errors":{"error":[{"code":"8015","message":"its words"}]}}'],
    ['at the top', '{"code":8015,"message":"its words"}'],
    ['in a status', '{"status":{"code":"8015","message":"its words"}}'],
    ['in a status in a wrapper', '{"response":{"status":{"code":8015,"message":"its words"}}}'],
    ['in error', '{"error":{"code":8015,"message":"its words"}}'],
  ])('a known code counts wherever the error stands: %s', (_title, body) => {
    for (const status of [200, 400, 404, 500]) {
      const outcome = read(status, toReplyBody(body));
      expect(outcome).toMatchObject({ kind: 'not-found', status });
      expect(writeJson(outcome.kind === 'not-found' ? outcome.errors : {})).toContain('its words');
      // Customers who are marked as fraud, too: nothing masks this refusal.
      expect(summaryOf(status, body.replace('8015', '618'))).toBe('refused');
    }
  });

  test.each([
    ['one object', (code: number) => `{"errors":{"code":${code}}}`],
    ['at the top', (code: number) => `{"code":"${code}","message":"its words"}`],
    ['in a status', (code: number) => `{"status":{"code":"${code}"}}`],
    ['in a status in a wrapper', (code: number) => `{"response":{"status":{"success":"false","code":${code}}}}`],
    ['in error', (code: number) => `{"error":{"code":${code}.0}}`],
  ])('a code of a failure counts wherever the error stands: %s', (_title, body) => {
    const summariesOf = (code: number) => [200, 400, 404].map((status) => summaryOf(status, body(code)));
    expect(summariesOf(429)).toEqual(Array(3).fill('failed: throttled'));
    expect(summariesOf(461)).toEqual(Array(3).fill('failed: server-error'));
    expect(summariesOf(401)).toEqual(Array(3).fill('failed: credentials-refused'));
    expect(summariesOf(403)).toEqual(Array(3).fill('failed: credentials-refused'));
  });

  test('beside a customer, a code that stands outside the errors says nothing', () => {
    expect(summaryOf(200, `${customer.slice(0, -1)},"code":8015,"error":{"code":8015}}`)).toBe('found');
  });
});
