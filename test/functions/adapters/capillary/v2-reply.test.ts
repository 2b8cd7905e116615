import { describe, expect, test } from '@jest/globals';
import { toReplyBody } from '../../../../functions/adapters/capillary/reply-body.ts';
import { readCustomerDetailsReply } from '../../../../functions/adapters/capillary/v2-reply.ts';
import { writeJson } from '../../../../functions/customer/json/json.ts';

const CUSTOMER = '"id":566881933,"profiles":[{"firstName":"Bubu"}]';
const STATUSES = [200, 400, 404, 500] as const;

function errorOf(code: number | string, message = 'its words'): string {
  return `{"status":false,"code":${typeof code === 'string' ? JSON.stringify(code) : code},"message":"${message}"}`;
}

/** The kind of the outcome, and of the failure or completeness with it. */
function kindOf(status: number, body: string | undefined): string {
  const outcome = readCustomerDetailsReply(status, toReplyBody(body));
  if (outcome.kind === 'failed') return `failed: ${outcome.failure}`;
  if (outcome.kind === 'found') return outcome.isComplete ? 'found' : 'found: partial';
  return outcome.kind;
}

/** Every code of the upstream notes §3, with its meaning, which holds for every status. */
const CODES = {
  'not-found': [8015, 8065, 816, 1011, 1012, 1013, 1020, 8089],
  refused: [8003, 8011, 8012, 8013, 8045, 8130, 11013, 1015, 1042, 1104, 1044, 618],
  'failed: server-error': [461, 521],
  'failed: throttled': [429],
  'failed: credentials-refused': [401, 403],
};

describe('errors[] of a v2 reply', () => {
  describe.each(STATUSES)('with status %i', (status) => {
    for (const [kind, codes] of Object.entries(CODES)) {
      test.each(codes)(`%i: ${kind}`, (code) => {
        expect(kindOf(status, `{"errors":[${errorOf(code)}],"warnings":[]}`)).toBe(kind);
        expect(kindOf(status, `{"errors":[${errorOf(String(code))}]}`)).toBe(kind);
        expect(kindOf(status, `{"errors":[${code}]}`)).toBe(kind);
        expect(kindOf(status, `{"errors":[{"error":[${errorOf(code)}]}]}`)).toBe(kind);
        for (const written of [`${code}.0`, `${code / 1000}E3`, `" ${code}.0 "`]) {
          expect(kindOf(status, `{"errors":[{"code":${written},"message":"its words"}]}`)).toBe(kind);
        }
      });
    }

    test.each([8015, 1, '"X-1"'])('"Customer is deleted after PII delete request", with code %s: erased', (code) => {
      const message = '"message":"Customer is deleted after PII delete request"';
      expect(kindOf(status, `{"errors":[{"code":${code},${message}}]}`)).toBe('erased');
      expect(kindOf(status, `{"errors":[{${message.toLowerCase()}}]}`)).toBe('erased');
      // No other error or warning of the reply weakens it.
      expect(kindOf(status, `{"errors":[${errorOf(8015)},${errorOf(8003)},{${message}}]}`)).toBe('erased');
    });
  });

  test.each([
    [8069, 200, 'found'],
    [91009, 200, 'found'],
    [8062, 200, 'found: partial'],
    [8063, 200, 'found: partial'],
    [91001, 200, 'found: partial'],
    [91002, 200, 'found: partial'],
    [91004, 200, 'found: partial'],
    [8069, 404, 'found'],
    [8069, 500, 'failed: server-error'],
  ])('%i beside a customer, with status %i: %s', (code, status, kind) => {
    expect(kindOf(status, `{${CUSTOMER},"errors":[${errorOf(code)}],"warnings":[]}`)).toBe(kind);
  });

  test.each([8069, 91009, 8062, 8063, 91001, 91002, 91004])('%i without a customer: refused', (code) => {
    expect(kindOf(200, `{"errors":[${errorOf(code)}],"warnings":[]}`)).toBe('refused');
    expect(kindOf(400, `{"errors":[${errorOf(code)}],"warnings":[]}`)).toBe('refused');
  });

  test.each([
    [200, 'refused'],
    [400, 'refused'],
    [404, 'refused'],
    [422, 'refused'],
    [500, 'failed: server-error'],
    [503, 'failed: server-error'],
    [401, 'failed: credentials-refused'],
    [403, 'failed: credentials-refused'],
    [429, 'failed: throttled'],
  ])('an unknown code with status %i: %s', (status, kind) => {
    expect(kindOf(status, `{"errors":[${errorOf(99_999)}],"warnings":[]}`)).toBe(kind);
    expect(kindOf(status, '{"errors":["in its own words"]}')).toBe(kind);
    expect(kindOf(status, '{"errors":"in its own words"}')).toBe(kind);
    expect(kindOf(status, '{"errors":{"message":"in its own words"}}')).toBe(kind);
  });

  test('an unknown code beside a customer is refused: what it says about the data is unknown', () => {
    expect(kindOf(200, `{${CUSTOMER},"errors":[${errorOf(99_999)}]}`)).toBe('refused');
  });

  test('of several codes, not found takes precedence over refused, and refused over busy', () => {
    expect(kindOf(200, `{"errors":[${errorOf(461)},${errorOf(8003)},${errorOf(8015)}]}`)).toBe('not-found');
    expect(kindOf(200, `{"errors":[${errorOf(461)},${errorOf(8003)}]}`)).toBe('refused');
    expect(kindOf(200, `{"errors":[${errorOf(99_999)},${errorOf(461)}]}`)).toBe('failed: server-error');
  });

  test('is passed on with its status and in its words, and nothing else of the reply is', () => {
    const notFound = `{${CUSTOMER},"errors":[${errorOf(8015)}],"warnings":[${errorOf(91009)}],"trace":"at Server"}`;
    const outcome = readCustomerDetailsReply(404, toReplyBody(notFound));
    expect(outcome).toMatchObject({ kind: 'not-found', status: 404 });
    expect(outcome.kind === 'not-found' && writeJson(outcome.errors)).toBe(
      `{"errors":[${errorOf(8015)}],"warnings":[${errorOf(91009)}]}`,
    );
  });
});

describe('a customer', () => {
  test('is found, whole, with every digit', () => {
    const body = '{"id":9007199254740993,"loyaltyInfo":{"lifetimePurchases":221350.000},"warnings":[],"errors":[]}';
    const outcome = readCustomerDetailsReply(200, toReplyBody(body));
    expect(outcome).toMatchObject({ kind: 'found', status: 200, isComplete: true });
    expect(outcome.kind === 'found' && writeJson(outcome.reply)).toBe(body);
  });

  test.each([
    ['no errors or warnings', `{${CUSTOMER}}`, 'found'],
    ['an id that is a text', '{"id":"566881933"}', 'found'],
    ['an id with a decimal point', '{"id":566881933.0}', 'found'],
    ['an id in scientific notation', '{"id":5.66881933E8}', 'found'],
    ['warnings that are not a list', `{${CUSTOMER},"warnings":"8062"}`, 'found'],
    ['a warning that is only a code', `{${CUSTOMER},"warnings":[8062]}`, 'found: partial'],
    [
      'a warning in a container in a list',
      `{${CUSTOMER},"warnings":[{"warning":[${errorOf(8062)}]}]}`,
      'found: partial',
    ],
    ['null for errors and warnings', `{${CUSTOMER},"errors":null,"warnings":null}`, 'found'],
    ['a warning of no known code', `{${CUSTOMER},"warnings":[${errorOf(12_345)}]}`, 'found'],
    ['a warning that says merged (8069)', `{${CUSTOMER},"warnings":[${errorOf(8069)}]}`, 'found'],
    ['a warning that says merged (91009)', `{${CUSTOMER},"warnings":[${errorOf(91_009)}]}`, 'found'],
    ['points missing (8062)', `{${CUSTOMER},"warnings":[${errorOf(8062)}]}`, 'found: partial'],
    ['segments missing (8063)', `{${CUSTOMER},"warnings":[${errorOf(8063)}]}`, 'found: partial'],
    ['subscriptions missing (91001)', `{${CUSTOMER},"warnings":[${errorOf(91_001)}]}`, 'found: partial'],
    ['subscriptions missing (91002)', `{${CUSTOMER},"warnings":[${errorOf(91_002)}]}`, 'found: partial'],
    ['subscriptions missing (91004)', `{${CUSTOMER},"warnings":[${errorOf('91004')}]}`, 'found: partial'],
    ['merged and partial', `{${CUSTOMER},"warnings":[${errorOf(8069)},${errorOf(8062)}]}`, 'found: partial'],
  ])('with %s', (_title, body, kind) => {
    expect(kindOf(200, body)).toBe(kind);
  });
});

describe('an invalid reply', () => {
  const bodies: readonly (readonly [string, string | undefined])[] = [
    ['too big or not UTF-8', undefined],
    ['empty', ''],
    ['white space', ' \n'],
    ['HTML', '<!DOCTYPE html><title>Proxy</title>'],
    ['XML', '<?xml version="1.0"?><response><status><code>401</code></status></response>'],
    ['broken JSON', `{${CUSTOMER},"warn`],
    ['JSON with a byte order mark', `\ufeff{${CUSTOMER}}`],
    ['two documents', `{${CUSTOMER}}{}`],
    ['null', 'null'],
    ['a list', `[{${CUSTOMER}}]`],
    ['a text', '"customer"'],
    ['a number', '566881933'],
    ['no customer', '{}'],
    ['no id', '{"profiles":[{"firstName":"Bubu"}]}'],
    ['an id that is null', '{"id":null}'],
    ['an id that is a list', '{"id":[566881933]}'],
    ['an id that is not a whole number', '{"id":5.5}'],
    ['an id that is negative', '{"id":-1}'],
    ['an id with a space before it', '{"id":" 566881933"}'],
    ['an id with a space after it', '{"id":"566881933 "}'],
    ['errors that say nothing', '{"errors":[{"status":false}]}'],
    ['errors that hold nothing', '{"errors":[null,{},""]}'],
    ['a warning alone, of a customer merged', '{"warnings":[{"code":8069}]}'],
    ['a message that is not known', '{"message":"Bad request"}'],
    ['a code that is not known', '{"code":400,"message":"Bad request"}'],
    ['nested deeper than the stack', '{"id":1,"a":'.repeat(100_000)],
    ['nested deeper than the stack, closed', `{"id":1,"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ];

  test.each(bodies)('%s: a failure by its status', (_title, body) => {
    expect(kindOf(200, body)).toBe('failed: invalid');
    expect(kindOf(404, body)).toBe('failed: invalid');
    expect(kindOf(429, body)).toBe('failed: throttled');
    expect(kindOf(500, body)).toBe('failed: server-error');
    expect(kindOf(502, body)).toBe('failed: server-error');
    expect(kindOf(401, body)).toBe('failed: credentials-refused');
    expect(kindOf(403, body)).toBe('failed: credentials-refused');
  });

  test.each([301, 302, 303, 304, 307, 308])('a redirect (%i), whatever it says', (status) => {
    expect(kindOf(status, `{${CUSTOMER}}`)).toBe('failed: invalid');
    expect(kindOf(status, `{"errors":[${errorOf(8015)}]}`)).toBe('failed: invalid');
  });

  test.each([
    [429, 'failed: throttled'],
    [500, 'failed: server-error'],
    [401, 'failed: credentials-refused'],
    [403, 'failed: credentials-refused'],
    [404, 'failed: invalid'],
  ])('a customer with status %i', (status, kind) => {
    expect(kindOf(status, `{${CUSTOMER}}`)).toBe(kind);
  });

  test('429, even with a code that is known', () => {
    expect(kindOf(429, `{"errors":[${errorOf(8015)}]}`)).toBe('failed: throttled');
  });

  test.each([401, 403])('%i with a known code means what the code says', (status) => {
    expect(kindOf(status, `{"errors":[${errorOf(1044)}]}`)).toBe('refused');
    expect(kindOf(status, `{"errors":[${errorOf(8015)}]}`)).toBe('not-found');
  });
});
