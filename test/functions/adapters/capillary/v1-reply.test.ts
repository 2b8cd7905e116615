import { describe, expect, test } from '@jest/globals';
import { toReplyBody } from '../../../../functions/adapters/capillary/reply-body.ts';
import { readCustomerGetReply } from '../../../../functions/adapters/capillary/v1-reply.ts';
import { type JsonObject, writeJson } from '../../../../functions/customer/json/json.ts';
import { errorOf } from '../../../../functions/customer/v1/v1-shape.ts';
import { fc, runs } from '../../../support/properties.ts';

const WHO = '"firstname":"Bubu","mobile":"919876543210","user_id":566881933';
const STATUSES = [200, 400, 404, 500] as const;

/** Every code of the upstream notes §3, with its meaning, which holds for every status. */
const CODES = {
  'not-found': [8015, 8065, 816, 1011, 1012, 1013, 1020, 8089],
  refused: [8003, 8011, 8012, 8013, 8045, 8130, 11013, 1015, 1042, 1104, 1044, 618],
  'failed: server-error': [461, 521],
  'failed: throttled': [429],
  'failed: credentials-refused': [401, 403],
};
const PARTIAL = [8062, 8063, 91001, 91002, 91004];
const MERGED = [8069, 91009];

/** The forms in which v1.1 writes that something failed, or did not. */
const FALSE = ['false', '"false"', '"FALSE"', '"0"', '0', '0.0', '""', 'null'];
const TRUE = ['true', '"true"', '"TRUE"', '" true "', '"1"', '1', '1.0', '"1.0"'];

interface Status {
  readonly code?: number | string;
  readonly success?: string;
  readonly message?: string;
  readonly warnings?: string;
}

function statusOf({ code = 1000, success = '"false"', message = 'its words', warnings = '""' }: Status): string {
  const written = typeof code === 'string' ? JSON.stringify(code) : code;
  return `{"success":${success},"code":${written},"message":"${message}","warnings":${warnings}}`;
}

const ALL_FAILED = '"status":{"success":"false","code":"500","message":"All requests have failed due to errors"}';
const ALL_WELL = '"status":{"success":"true","code":"200","message":"Operation Successful"}';

/** A reply in each of v1.1's shapes, of one customer. */
const SHAPES: Readonly<Record<string, (customer: string, status?: string) => string>> = {
  'wrapped, in an array': (customer, status = ALL_WELL) =>
    `{"response":{${status},"customers":{"customer":[${customer}]}}}`,
  'wrapped, one object': (customer, status = ALL_WELL) =>
    `{"response":{${status},"customers":{"customer":${customer}}}}`,
  'not wrapped, in an array': (customer, status = ALL_WELL) => `{${status},"customers":{"customer":[${customer}]}}`,
  'not wrapped, one object': (customer, status = ALL_WELL) => `{${status},"customers":{"customer":${customer}}}`,
  'wrapped, the list itself': (customer, status = ALL_WELL) => `{"response":{${status},"customers":[${customer}]}}`,
  'not wrapped, the list itself': (customer, status = ALL_WELL) => `{${status},"customers":[${customer}]}`,
};
const inArray = SHAPES['wrapped, in an array'] as (customer: string, status?: string) => string;

/** The kind of the outcome, and of the failure, or the further facts about a customer. */
function kindOf(status: number, body: string | undefined): string {
  const outcome = readCustomerGetReply(status, toReplyBody(body));
  if (outcome.kind === 'failed') return `failed: ${outcome.failure}`;
  if (outcome.kind !== 'found') return outcome.kind;
  return ['found', ...(outcome.isMerged ? ['merged'] : []), ...(outcome.isComplete ? [] : ['partial'])].join(', ');
}

/**
 * The bodies with an outcome of another kind. A test asserts once about many bodies: an assertion takes longer than a
 * reading.
 */
function othersThan(kind: string, status: number, bodies: readonly string[]): readonly string[] {
  return bodies.filter((body) => kindOf(status, body) !== kind);
}

function customerIdOf(body: string): string | undefined {
  const outcome = readCustomerGetReply(200, toReplyBody(body));
  if (outcome.kind !== 'found') throw new Error(`The outcome is ${outcome.kind}.`);
  return outcome.customerId;
}

function errorsOf(status: number, body: string): JsonObject {
  const outcome = readCustomerGetReply(status, toReplyBody(body));
  if (outcome.kind === 'failed' || outcome.kind === 'found') throw new Error(`The outcome is ${outcome.kind}.`);
  if (outcome.errors === undefined) throw new Error('The outcome has no errors.');
  return outcome.errors;
}

describe.each(Object.entries(SHAPES))('item_status of a reply, %s,', (_shape, wrap) => {
  describe.each(STATUSES)('with status %i', (status) => {
    for (const [kind, codes] of Object.entries(CODES)) {
      test.each(codes)(`%i: ${kind}`, (code) => {
        const bodies = FALSE.flatMap((success) =>
          [code, String(code)].flatMap((written) => {
            const itemStatus = statusOf({ code: written, success });
            return [
              wrap(`{"firstname":"","item_status":${itemStatus}}`, ALL_FAILED),
              // Further data in the reply change nothing.
              wrap(`{${WHO},"item_status":${itemStatus}}`),
            ];
          }),
        );
        expect(othersThan(kind, status, bodies)).toEqual([]);
      });
    }

    test.each([1000, 1012, 618, '1', ''])(
      '"Customer is deleted after PII delete request", with code %j: erased',
      (code) => {
        const messages = [
          'Customer is deleted after PII delete request',
          'customer is DELETED after pii delete request.',
        ];
        const bodies = [...FALSE, ...TRUE].flatMap((success) =>
          messages.flatMap((message) => {
            const itemStatus = statusOf({ code, success, message });
            return [wrap(`{${WHO},"item_status":${itemStatus}}`), wrap(`{"item_status":${itemStatus}}`, ALL_FAILED)];
          }),
        );
        expect(othersThan('erased', status, bodies)).toEqual([]);
      },
    );
  });

  test.each([...PARTIAL, ...MERGED])('%i as its code, beside a customer: found; without one: refused', (code) => {
    const kind = MERGED.includes(code) ? 'found, merged' : 'found, partial';
    for (const written of [code, String(code)]) {
      for (const success of [...TRUE, ...FALSE]) {
        expect(kindOf(200, wrap(`{${WHO},"item_status":${statusOf({ code: written, success })}}`))).toBe(kind);
      }
      const alone = `{"item_status":${statusOf({ code: written })}}`;
      expect(kindOf(200, wrap(alone, ALL_FAILED))).toBe('refused');
      expect(kindOf(404, wrap(alone, ALL_FAILED))).toBe('refused');
      expect(kindOf(500, wrap(alone, ALL_FAILED))).toBe('failed: server-error');
    }
  });

  test.each([...PARTIAL, ...MERGED])('%i among its warnings: found', (code) => {
    const kind = MERGED.includes(code) ? 'found, merged' : 'found, partial';
    for (const written of [code, JSON.stringify(String(code))]) {
      const warning = `{"code":${written},"message":"its words"}`;
      for (const warnings of [
        `{"warning":[${warning}]}`,
        `{"warning":[{"code":1,"message":"another"},${warning}]}`,
        `{"warning":${warning}}`,
        `[${warning}]`,
        `{"field":[${warning}]}`,
        `{"field":${warning}}`,
        `[{"warning":${warning}}]`,
        `[[${warning}]]`,
        `{"warnings":{"warning":[${warning}]}}`,
        `{"field":[],"warning":[${warning}]}`,
        warning,
      ]) {
        const itemStatus = statusOf({ success: '"true"', warnings });
        expect(kindOf(200, wrap(`{${WHO},"item_status":${itemStatus}}`))).toBe(kind);
      }
    }
  });

  test('of success, with a customer: found, whole, with every digit', () => {
    for (const success of TRUE) {
      for (const warnings of [
        '""',
        'null',
        '[]',
        '{"warning":[]}',
        '{"warning":""}',
        '{}',
        '7',
        '{"warning":[{"code":12345}]}',
      ]) {
        const body = wrap(
          `{${WHO},"lifetime_points":221350.000,"big":9007199254740993,"item_status":${statusOf({ success, warnings })}}`,
        );
        const outcome = readCustomerGetReply(200, toReplyBody(body));
        expect(outcome).toMatchObject({
          kind: 'found',
          status: 200,
          customerId: '566881933',
          isComplete: true,
          isMerged: false,
        });
        expect(outcome.kind === 'found' && writeJson(outcome.reply)).toBe(body);
      }
    }
  });
});

describe('item_status', () => {
  test.each([
    [200, 'refused'],
    [400, 'refused'],
    [404, 'refused'],
    [500, 'failed: server-error'],
    [503, 'failed: server-error'],
    [401, 'failed: credentials-refused'],
    [403, 'failed: credentials-refused'],
    [429, 'failed: throttled'],
  ])('of an unknown code with status %i: %s', (status, kind) => {
    for (const customer of [WHO, '"firstname":""']) {
      for (const itemStatus of [statusOf({ code: 99_999 }), statusOf({ code: '' }), '{"code":7}', '{"message":"w"}']) {
        expect(kindOf(status, inArray(`{${customer},"item_status":${itemStatus}}`))).toBe(kind);
      }
    }
  });

  test.each([
    [200, 'failed: invalid'],
    [400, 'refused'],
    [404, 'failed: invalid'],
    [500, 'failed: server-error'],
    [401, 'failed: credentials-refused'],
    [429, 'failed: throttled'],
  ])('that failed and does not say why, with status %i: %s', (status, kind) => {
    for (const customer of [WHO, '"firstname":""']) {
      for (const itemStatus of ['{"success":"false"}', '{}', statusOf({ code: '', message: ' ' })]) {
        const outcome = readCustomerGetReply(status, toReplyBody(inArray(`{${customer},"item_status":${itemStatus}}`)));
        expect(kindOf(status, inArray(`{${customer},"item_status":${itemStatus}}`))).toBe(kind);
        if (outcome.kind === 'refused') expect(outcome.errors).toBeUndefined();
      }
    }
  });

  test.each([1000, '1000', '1000.0', '1E3', 200, '200', ' 200 '])(
    'a status with no more than the code %j is one of success',
    (code) => {
      const itemStatus = `{"code":${JSON.stringify(code)},"message":"its words"}`;
      expect(kindOf(200, inArray(`{${WHO},"item_status":${itemStatus}}`))).toBe('found');
      expect(kindOf(200, inArray(`{${WHO},"item_status":{"success":"false","code":${JSON.stringify(code)}}}`))).toBe(
        'refused',
      );
    },
  );

  test('merged and partial at once is both', () => {
    const warnings = '{"warning":[{"code":91009},{"code":"91001"}]}';
    expect(kindOf(200, inArray(`{${WHO},"item_status":${statusOf({ success: 'true', warnings })}}`))).toBe(
      'found, merged, partial',
    );
  });

  test('merged or partial in a list of statuses is that too', () => {
    const listed = (code: number) => inArray(`{${WHO},"item_status":[${statusOf({ success: 'true', code })}]}`);
    for (const code of MERGED) expect(kindOf(200, listed(code))).toBe('found, merged');
    for (const code of PARTIAL) expect(kindOf(200, listed(code))).toBe('found, partial');
  });

  test('429 and redirects take precedence over all that it says', () => {
    const notFound = inArray(`{"item_status":${statusOf({ code: 1012 })}}`);
    expect(kindOf(429, notFound)).toBe('failed: throttled');
    for (const status of [301, 302, 307, 308]) expect(kindOf(status, notFound)).toBe('failed: invalid');
    expect(kindOf(401, notFound)).toBe('not-found');
    expect(kindOf(403, inArray(`{"item_status":${statusOf({ code: 1044 })}}`))).toBe('refused');
  });

  test('takes precedence over the status of the whole', () => {
    const well = statusOf({ success: '"true"' });
    expect(kindOf(200, inArray(`{${WHO},"item_status":${well}}`, ALL_FAILED))).toBe('found');
    expect(kindOf(200, inArray(`{${WHO},"item_status":${statusOf({ code: 1012 })}}`, ALL_WELL))).toBe('not-found');
  });

  test.each(['null', '""', '[]', '"true"', '1'])(
    'that is %s leaves the decision to the status of the whole',
    (empty) => {
      const failed = (code: number) => `"status":${statusOf({ code })}`;
      expect(kindOf(200, inArray(`{${WHO},"item_status":${empty}}`))).toBe('found');
      expect(kindOf(200, inArray(`{"item_status":${empty}}`, failed(1012)))).toBe('not-found');
      expect(kindOf(404, inArray(`{${WHO},"item_status":${empty}}`, failed(618)))).toBe('refused');
      expect(kindOf(200, inArray(`{${WHO},"item_status":${empty}}`, failed(99_999)))).toBe('refused');
      expect(writeJson(errorOf(errorsOf(200, inArray(`{"item_status":${empty}}`, failed(1012)))).code)).toBe('1012');
    },
  );
});

describe('the status of the whole, if there is no customer', () => {
  const empties = ['{"customer":[]}', '{"customer":""}', '{"customer":null}', '{}', '""', '[]', 'null'];

  test.each(empties)('with customers of %s', (customers) => {
    for (const [kind, codes] of Object.entries(CODES)) {
      for (const code of codes) {
        const status = statusOf({ code: String(code) });
        expect(kindOf(200, `{"response":{"status":${status},"customers":${customers}}}`)).toBe(kind);
        expect(kindOf(404, `{"status":${status},"customers":${customers}}`)).toBe(kind);
      }
    }
    expect(kindOf(200, `{"response":{${ALL_FAILED},"customers":${customers}}}`)).toBe('refused');
    expect(kindOf(200, `{"response":{${ALL_WELL},"customers":${customers}}}`)).toBe('failed: invalid');
    expect(kindOf(404, `{${ALL_WELL},"customers":${customers}}`)).toBe('failed: invalid');
  });

  test('with customers that are missing', () => {
    expect(kindOf(200, `{"response":{"status":${statusOf({ code: 1012 })}}}`)).toBe('not-found');
    expect(kindOf(500, `{"status":${statusOf({ code: 521 })}}`)).toBe('failed: server-error');
  });
});

describe('an erased customer', () => {
  const message = '"message":"Customer is deleted after PII delete request"';
  const notFound = `{"item_status":${statusOf({ code: 1012 })}}`;

  // [S1] shows the message, but not its place.
  test.each([
    [
      'the status of the whole',
      `{"response":{"status":{"success":"false","code":500,${message}},"customers":{"customer":[]}}}`,
    ],
    ['the status of the whole that is well', `{"status":{"success":true,"code":200,${message}}}`],
    [
      'the status of the whole, beside an item that was not found',
      inArray(notFound, `"status":{"success":"false",${message}}`),
    ],
    [
      'the status of the whole, beside an item that is well',
      inArray(`{${WHO},"item_status":${statusOf({ success: 'true' })}}`, `"status":{"success":"false",${message}}`),
    ],
    ['the reply itself', `{${message}}`],
    ['the reply itself, with a code', `{"code":1999,${message}}`],
    ['the wrapper', `{"response":{${message}}}`],
    ['errors[]', `{"errors":[{"code":1,${message}}]}`],
    ['errors[] beside a customer', `{"errors":[{${message}}],"customers":{"customer":[{${WHO}}]}}`],
    ['errors that are one object', `{"errors":{"code":1,${message}}}`],
    ['errors that are a text', `{"errors":"Customer is deleted after PII delete request"}`],
    ['errors inside the wrapper', `{"response":{"errors":[{${message}}],"customers":{"customer":[{${WHO}}]}}}`],
    ['warnings[]', `{"warnings":[{${message}}],"customers":{"customer":[{${WHO}}]}}`],
    [
      'the warnings of an item that is well',
      inArray(`{${WHO},"item_status":${statusOf({ success: 'true', warnings: `{"warning":[{${message}}]}` })}}`),
    ],
    [
      'the warnings of an item, as a list in a field',
      inArray(`{${WHO},"item_status":${statusOf({ success: 'true', warnings: `{"field":[{${message}}]}` })}}`),
    ],
    [
      'the only warning of an item',
      inArray(`{${WHO},"item_status":${statusOf({ success: 'true', warnings: `{${message}}` })}}`),
    ],
    [
      'the status of an item, in a list',
      inArray(`{${WHO},"item_status":[${statusOf({ success: 'true' })},{"success":"false",${message}}]}`),
    ],
    [
      'the status of an item, in a list, beside the status of the whole that failed',
      inArray(`{"item_status":[{"success":"false",${message}}]}`, ALL_FAILED),
    ],
    [
      'the warnings of the status of an item, in a list',
      inArray(`{${WHO},"item_status":[${statusOf({ success: 'true', warnings: `{"warning":[{${message}}]}` })}]}`),
    ],
    [
      'the status of an item, in a list of texts',
      inArray(`{${WHO},"item_status":["Customer is deleted after PII delete request"]}`),
    ],
    [
      'the status of an item that is a text',
      inArray(`{${WHO},"item_status":"Customer is deleted after PII delete request"}`),
    ],
    [
      'the status of an item that is a text, beside the status of the whole that failed',
      inArray('{"item_status":"Customer is deleted after PII delete request"}', ALL_FAILED),
    ],
    ['the customer', inArray(`{${WHO},${message},"item_status":${statusOf({ success: 'true' })}}`)],
    ['the customer that has no status', `{"customers":{"customer":[{${WHO},${message}}]}}`],
    ['a status that is a text', `{"status":"Customer is deleted after PII delete request"}`],
    ['the status of the whole, beside several customers', inArray(`{${WHO}},{${WHO}}`, `"status":{${message}}`)],
  ])('is known by the message, in %s, with any status', (_title, body) => {
    for (const status of STATUSES) {
      expect(kindOf(status, body)).toBe('erased');
      const errors = errorsOf(status, body);
      expect(writeJson(errors)).toContain('Customer is deleted after PII delete request');
      expect(writeJson(errors)).not.toContain('Bubu');
    }
  });
});

test('an erased customer’s statuses are passed on as v1.1 wrote them', () => {
  const itemStatus = statusOf({ code: 1999, message: 'Customer is deleted after PII delete request' });
  for (const write of Object.values(SHAPES)) {
    const errors = errorsOf(200, write(`{${WHO},"item_status":${itemStatus}}`, ALL_FAILED));
    expect(writeJson(errors)).toBe(write(`{"item_status":${itemStatus}}`, ALL_FAILED));
  }
});

test('an erased customer’s id is user_id; of several customers none counts', () => {
  const status = '"item_status":{"success":"false","message":"Customer is deleted after PII delete request"}';
  const idOf = (body: string) => {
    const outcome = readCustomerGetReply(404, toReplyBody(body));
    return outcome.kind === 'erased' ? outcome.customerId : outcome.kind;
  };
  for (const [shape, write] of Object.entries(SHAPES)) {
    expect([shape, idOf(write(`{"user_id":"101.0",${status}}`))]).toEqual([shape, '101']);
    expect([shape, idOf(write(`{"user_id":"",${status}}`))]).toEqual([shape, undefined]);
  }
  const warned = '"warnings":[{"message":"Customer is deleted after PII delete request"}]';
  expect(idOf(`{${warned},"customers":{"customer":[{"user_id":1},{"user_id":2}]}}`)).toBeUndefined();
});

describe('errors[] in the shape of v2, as a gateway may answer', () => {
  const error = (code: number) => `{"status":false,"code":${code},"message":"its words"}`;

  test.each(STATUSES)('with status %i means what it means in v2', (status) => {
    for (const [kind, codes] of Object.entries(CODES)) {
      for (const code of codes) {
        expect(kindOf(status, `{"errors":[${error(code)}],"warnings":[]}`)).toBe(kind);
        expect(kindOf(status, `{"errors":[${error(code)}],"status":${status}}`)).toBe(kind);
        expect(kindOf(status, inArray(`{${WHO}}`).replace(/}$/, `,"errors":[${error(code)}]}`))).toBe(kind);
      }
    }
  });

  test.each(['', ',"status":404', ',"status":null', `,${ALL_WELL}`, ',"customers":{"customer":[]}'])(
    'is passed on in its words, beside {%s}',
    (beside) => {
      const body = `{"errors":[${error(8015)}],"warnings":[${error(1)}],"trace":"at Server"${beside}}`;
      expect(writeJson(errorsOf(404, body))).toBe(`{"errors":[${error(8015)}],"warnings":[${error(1)}]}`);
      expect(writeJson(errorOf(errorsOf(404, body)).code)).toBe('8015');
    },
  );
});

describe('the customer that a reply is about', () => {
  const well = `"item_status":${statusOf({ success: '"true"' })}`;

  test.each([
    ['"user_id":566881933', '566881933'],
    ['"user_id":"566881933"', '566881933'],
    ['"user_id":9007199254740993', '9007199254740993'],
    ['"firstname":"Bubu"', undefined],
    ['"user_id":""', undefined],
    ['"user_id":null', undefined],
    ['"user_id":-1', undefined],
    ['"user_id":5.5', undefined],
    ['"user_id":"5e3"', '5000'],
    ['"user_id":566881933.0', '566881933'],
    ['"user_id":5.66881933E8', '566881933'],
    ['"user_id":"0566881933"', '566881933'],
    ['"user_id":"5e-1"', undefined],
    // As in a v2 reply, where there is then no customer.
    ['"user_id":" 566881933"', undefined],
    ['"user_id":"566881933 "', undefined],
    ['"user_id":[5]', undefined],
  ])('{%s}: found, of id %j', (members, id) => {
    for (const wrap of Object.values(SHAPES)) expect(customerIdOf(wrap(`{${members},${well}}`))).toBe(id);
  });

  test('with an id, and no status at all: found; without an id: not known', () => {
    expect(kindOf(200, `{"customers":{"customer":[{${WHO}}]}}`)).toBe('found');
    expect(kindOf(200, '{"customers":{"customer":[{"firstname":"Bubu"}]}}')).toBe('failed: invalid');
    expect(kindOf(404, `{"customers":{"customer":[{${WHO}}]}}`)).toBe('failed: invalid');
  });

  test('with several customers no customer is certain, whatever they say', () => {
    const other = `{"user_id":2,${well}}`;
    for (const status of [200, 404]) {
      for (const first of [
        `{${WHO},${well}}`,
        `{${WHO}}`,
        `{"item_status":${statusOf({ code: 1012 })}}`,
        `{"item_status":${statusOf({ code: 618 })}}`,
        `{"item_status":${statusOf({ code: 99_999 })}}`,
        `{"item_status":${statusOf({ message: 'Customer is deleted after PII delete request' })}}`,
        `{${WHO},${well},"message":"Customer is deleted after PII delete request"}`,
      ]) {
        expect(kindOf(status, inArray(`${first},${other}`))).toBe('failed: invalid');
        expect(kindOf(status, inArray(`${other},${first}`))).toBe('failed: invalid');
      }
    }
    expect(kindOf(500, inArray(`${other},${other}`))).toBe('failed: server-error');
  });
});

describe('the part of an error reply that is passed on', () => {
  test.each(Object.entries(SHAPES))(
    'has its statuses, in its own loose types, and none of the data: %s',
    (_shape, wrap) => {
      const itemStatus = statusOf({ code: '618', warnings: '{"warning":[{"code":1,"message":"w"}]}' });
      const body = wrap(`{${WHO},"coupons":[{"code":"X"}],"item_status":${itemStatus}}`, `"trace":"at",${ALL_FAILED}`);
      expect(writeJson(errorsOf(400, body))).toBe(wrap(`{"item_status":${itemStatus}}`, ALL_FAILED));
    },
  );

  test('is no status that is none', () => {
    const body = inArray(`{"item_status":${statusOf({ code: 1012 })}}`, '"status":"Bubu, 919876543210"');
    expect(writeJson(errorsOf(404, body))).toBe(
      `{"response":{"customers":{"customer":[{"item_status":${statusOf({ code: 1012 })}}]}}}`,
    );
    const empty = `{"status":${statusOf({ code: 1012 })},"customers":{"customer":[{"firstname":"Bubu","item_status":"Bubu"}]}}`;
    expect(writeJson(errorsOf(404, empty))).toBe(
      `{"status":${statusOf({ code: 1012 })},"customers":{"customer":[{}]}}`,
    );
  });
});

describe('an invalid reply', () => {
  const bodies: readonly (readonly [string, string | undefined])[] = [
    ['too big or not UTF-8', undefined],
    ['empty', ''],
    ['white space', ' \n'],
    ['HTML', '<!DOCTYPE html><title>Proxy</title>'],
    ['XML', '<?xml version="1.0"?><response><status><code>1012</code></status></response>'],
    ['broken JSON', inArray(`{${WHO}}`).slice(0, -1)],
    ['JSON with a byte order mark', `\ufeff${inArray(`{${WHO}}`)}`],
    ['null', 'null'],
    ['a list', `[${inArray(`{${WHO}}`)}]`],
    ['a text', '"customer"'],
    ['a number', '7'],
    ['nothing', '{}'],
    ['an empty wrapper', '{"response":{}}'],
    ['a wrapper that is a list', `{"response":[{"customers":{"customer":[{${WHO}}]}}]}`],
    ['a v2 reply', '{"id":566881933,"profiles":[],"warnings":[],"errors":[]}'],
    ['customers that are texts', `{"customers":{"customer":["Bubu"]}}`],
    ['customers that are a list of wrappers', `{"customers":[{"customer":{${WHO}}}]}`],
    ['another message', '{"message":"Customer is well"}'],
    ['nested deeper than the stack', '{"response":'.repeat(100_000)],
    ['nested deeper than the stack, closed', `{"response":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ];

  test.each(bodies)('%s: a failure by its status', (_title, body) => {
    expect(kindOf(200, body)).toBe('failed: invalid');
    expect(kindOf(404, body)).toBe('failed: invalid');
    expect(kindOf(429, body)).toBe('failed: throttled');
    expect(kindOf(500, body)).toBe('failed: server-error');
    expect(kindOf(401, body)).toBe('failed: credentials-refused');
    expect(kindOf(403, body)).toBe('failed: credentials-refused');
  });

  test('a customer with a status other than success', () => {
    const found = inArray(`{${WHO},"item_status":${statusOf({ success: 'true' })}}`);
    expect(kindOf(404, found)).toBe('failed: invalid');
    expect(kindOf(500, found)).toBe('failed: server-error');
    expect(kindOf(401, found)).toBe('failed: credentials-refused');
  });

  test('never throws, and passes on statuses only', () => {
    const names = fc.constantFrom(
      'response',
      'status',
      'customers',
      'customer',
      'item_status',
      'user_id',
      'errors',
      'warnings',
      'warning',
      'success',
      'code',
      'message',
      'firstname',
      '__proto__',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 6, depthSize: 'large' },
        fc.constantFrom(null, true, false, '', '1', 1012, 91_009, 'Customer is deleted after PII delete request'),
        fc.dictionary(names, tie('value'), { maxKeys: 4 }),
        fc.record({ response: tie('value') }),
        fc.record({ status: tie('value'), customers: fc.record({ customer: tie('value') }) }),
        fc.record({ success: tie('value'), code: tie('value'), message: tie('value'), warnings: tie('value') }),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(fc.constantFrom(...STATUSES), value, (status, reply) => {
        const outcome = readCustomerGetReply(status, toReplyBody(JSON.stringify(reply)));
        if (outcome.kind === 'failed' || outcome.kind === 'found' || outcome.errors === undefined) return;
        const known = ['response', 'status', 'customers', 'errors', 'warnings', 'code', 'message'];
        expect(Object.keys(outcome.errors).filter((name) => !known.includes(name))).toEqual([]);
        expect(Object.keys(errorOf(outcome.errors))).toEqual(['code', 'message']);
      }),
      runs(2000),
    );
  });
});
