import { describe, expect, test } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Service } from '../../../../functions/adapters/aws/connection.ts';
import { canonicalQuery, Signer, type UnsignedRequest } from '../../../../functions/adapters/aws/signature.ts';
import type { AwsCredentials } from '../../../../functions/settings/aws-environment.ts';
import { Sha256 } from '../../../../scripts/smoke/signature.ts';
import { fc, runs } from '../../../support/properties.ts';

interface Case extends UnsignedRequest {
  readonly service: Service;
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly at: number;
}

/** The AWS SDK's own signature of the same request. */
async function signedBySmithy({ service, region, credentials, path, headers, body, at }: Case) {
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, applyChecksum: false });
  const request = { protocol: 'https:', hostname: headers.host ?? '', method: 'POST', path, query: {}, headers, body };
  return (await signer.sign(request, { signingDate: new Date(at) })).headers;
}

const signed = ({ service, region, credentials, at, ...request }: Case) =>
  new Signer({ service, region, credentials }).sign(request, at);

const aCase = (changes: Partial<Case> = {}): Case => ({
  service: 'dynamodb',
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  path: '/',
  headers: {
    'content-type': 'application/x-amz-json-1.0',
    host: 'dynamodb.eu-west-1.amazonaws.com',
    'x-amz-target': 'DynamoDB_20120810.GetItem',
  },
  body: '{"TableName":"lookaside"}',
  at: Date.UTC(2026, 10, 22, 12, 0, 0, 999),
  ...changes,
});

const token = { ...aCase().credentials, sessionToken: `IQoJb3JpZ2luX2VjE${'a/+='.repeat(200)}` };

/** Text as a header's value may be: no spaces at its ends or in a row. */
const word = fc.stringMatching(/^[!-~]{1,40}$/);
const cases: fc.Arbitrary<Case> = fc.record({
  service: fc.constantFrom('dynamodb', 'secretsmanager', 'lambda'),
  region: fc.stringMatching(/^[a-z]{2}-[a-z]{3,9}-\d$/),
  credentials: fc.record(
    { accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/), secretAccessKey: word, sessionToken: word },
    { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
  ),
  path: fc
    .array(
      fc.stringMatching(/^[\w.~!'()*@:%+,;=-]{0,8}$/).filter((segment) => !/^\.+$/.test(segment)),
      { maxLength: 3 },
    )
    .map((segments) => `/${segments.join('/')}`),
  headers: fc.record({ 'content-type': word, host: word, 'x-amz-target': word }),
  body: fc.string({ unit: 'grapheme' }),
  at: fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
});

/** A request to a REST API: a GET with a query, as the canary sends it. */
async function queriesSigned(query: URLSearchParams) {
  const { region, credentials, at } = aCase();
  const [path, headers] = ['/live/v2/customers/lookup', { host: 'a1.execute-api.eu-west-1.amazonaws.com' }];
  const smithy = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256, applyChecksum: false });
  const names = [...new Set(query.keys())];
  const expected = await smithy.sign(
    {
      protocol: 'https:',
      hostname: headers.host,
      method: 'GET',
      path,
      headers,
      query: Object.fromEntries(names.map((name) => [name, query.getAll(name)])),
    },
    { signingDate: new Date(at) },
  );
  const request = { method: 'GET', path, query: canonicalQuery(query), headers, body: '' } as const;
  return {
    ours: new Signer({ service: 'execute-api', region, credentials }).sign(request, at),
    smithys: expected.headers,
  };
}

test.each([
  '',
  'source=INSTORE&identifierName=externalId&identifierValue=lookaside-smoke-1',
  'b=2&a=1&B=3&a=0&%C3%A9=x',
  "q=a b+c%2B/!'()*~&empty=",
])('the signature of a GET with the query %j is what @smithy/signature-v4 makes', async (query) => {
  const { ours, smithys } = await queriesSigned(new URLSearchParams(query));
  expect(ours).toEqual(smithys);
});

test('the signature of a GET with any query is what @smithy/signature-v4 makes', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(
          text.filter((name) => name !== ''),
          text,
        ),
        { maxLength: 4 },
      ),
      async (pairs) => {
        fc.pre(pairs.every(([name]) => !/^x-amz-signature$/i.test(name)));
        const { ours, smithys } = await queriesSigned(new URLSearchParams(pairs));
        expect(ours).toEqual(smithys);
      },
    ),
    runs(200),
  );
});

describe('the signature is byte by byte what @smithy/signature-v4 makes', () => {
  test.each([
    ['with the key of a user', aCase()],
    ['with the session token of a role', aCase({ credentials: token })],
    ['of a body beyond ASCII', aCase({ body: '{"pk":{"S":"नेहा 😀"}}' })],
    ['of an empty body', aCase({ body: '' })],
    ['with a port', aCase({ headers: { ...aCase().headers, host: '127.0.0.1:8000' } })],
    ['with a path', aCase({ path: "/a b/%20//é(!'*)/" })],
    ['in the first second of a day', aCase({ at: Date.UTC(2026, 0, 1) })],
    ['in the last of a year', aCase({ at: Date.UTC(2025, 11, 31, 23, 59, 59, 999) })],
  ])('%s', async (_title, given) => {
    expect(signed(given)).toEqual(await signedBySmithy(given));
  });

  test('of any request', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        expect(signed(given)).toEqual(await signedBySmithy(given));
      }),
      runs(300),
    );
  });

  test('of one signer over days, which keeps its key for a day only', async () => {
    const { service, region, credentials, at: first, ...request } = aCase();
    const signer = new Signer({ service, region, credentials });
    for (const hours of [0, 11, 12, 36, 13, 24 * 400]) {
      const at = first + hours * 3_600_000;
      expect(signer.sign(request, at)).toEqual(await signedBySmithy(aCase({ at })));
    }
  });
});

test('the signature is also what another program computed by the documents of AWS', () => {
  expect(signed(aCase())).toEqual({
    ...aCase().headers,
    'x-amz-date': '20261122T120000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/eu-west-1/dynamodb/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date;x-amz-target, ' +
      'Signature=ee039fb7c1625f48c35eacfc775906d3add2034597dbca5e12c645045ac2df23',
  });
});
