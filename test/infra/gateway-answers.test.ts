import { describe, expect, test } from '@jest/globals';
import { propertiesOf, resourcesOf, templateOf } from './templates.ts';

const template = templateOf('default');
const answers = propertiesOf(template, 'AWS::ApiGateway::GatewayResponse');

test.each([
  ['INVALID_API_KEY', 403, 'forbidden'],
  ['MISSING_AUTHENTICATION_TOKEN', 403, 'forbidden'],
  ['INVALID_SIGNATURE', 403, 'forbidden'],
  ['EXPIRED_TOKEN', 403, 'forbidden'],
  ['ACCESS_DENIED', 403, 'forbidden'],
  ['WAF_FILTERED', 403, 'forbidden'],
  ['RESOURCE_NOT_FOUND', 404, 'not_found'],
  ['REQUEST_TOO_LARGE', 413, 'too_large'],
  ['THROTTLED', 429, 'too_many_requests'],
  ['QUOTA_EXCEEDED', 429, 'too_many_requests'],
  ['INTEGRATION_TIMEOUT', 504, 'upstream_timeout'],
  ['INTEGRATION_FAILURE', 500, 'internal_error'],
  ['DEFAULT_5XX', 500, 'internal_error'],
  ['BAD_REQUEST_BODY', 400, 'invalid_parameter'],
  ['BAD_REQUEST_PARAMETERS', 400, 'invalid_parameter'],
  // An Authorization that is not a signature, an access key that does not exist.
  ['DEFAULT_4XX', 403, 'forbidden'],
])('%s is answered %i %s', (type, status, code) => {
  const answer = answers.find(({ ResponseType }) => ResponseType === type);
  expect(answer.StatusCode).toBe(String(status));
  expect(JSON.parse(answer.ResponseTemplates['application/json'])).toMatchObject({ status, code });
});

describe.each(answers.map((answer) => [answer.ResponseType as string, answer] as const))('%s', (_type, answer) => {
  const { 'application/json': body, ...others } = answer.ResponseTemplates;

  test("has the form of the function's errors, with errors[] in the upstream's form", () => {
    const problem = JSON.parse(body);
    expect(problem).toEqual({
      type: 'about:blank',
      title: expect.any(String),
      status: Number(answer.StatusCode),
      detail: expect.any(String),
      code: expect.stringMatching(/^[a-z_]+$/),
      requestId: '$context.requestId',
      errors: [{ status: false, code: problem.code, message: problem.detail }],
    });
    expect(others).toEqual({});
  });

  test('repeats nothing of the request, and no message of the gateway', () => {
    expect(body.match(/\$[\w.]+/g)).toEqual(['$context.requestId']);
  });

  test('has the headers that every answer has; only a 429 and a 500 say when to send the request again', () => {
    const { 'gatewayresponse.header.Retry-After': retryAfter, ...parameters } = answer.ResponseParameters;
    const isWorthRepeating = ['429', '500'].includes(answer.StatusCode);
    // The quotes make it a literal. 1 to 60 s, as the function says it.
    expect(retryAfter).toEqual(isWorthRepeating ? expect.stringMatching(/^'([1-9]|[1-5]\d|60)'$/) : undefined);
    expect(parameters).toEqual({
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
      'gatewayresponse.header.Cache-Control': "'no-store'",
      'gatewayresponse.header.Cache-Status': `'lookaside; detail=${JSON.parse(body).code}'`,
      'gatewayresponse.header.X-Content-Type-Options': "'nosniff'",
    });
  });
});

test('pages of other origins may read them if CORS_ORIGINS is not empty', () => {
  const other = templateOf('with origins');
  for (const { ResponseParameters } of propertiesOf(other, 'AWS::ApiGateway::GatewayResponse')) {
    expect(ResponseParameters).toHaveProperty(['gatewayresponse.header.Access-Control-Allow-Origin'], "'*'");
    const exposed = ResponseParameters['gatewayresponse.header.Access-Control-Expose-Headers'];
    expect(exposed).toBe("'Cache-Status, Retry-After'");
  }
});

test('a change of these answers makes a new deployment of the API; without it the change would have no effect', () => {
  const other = templateOf('with origins');
  const [before] = Object.keys(resourcesOf(template, 'AWS::ApiGateway::Deployment'));
  const [after] = Object.keys(resourcesOf(other, 'AWS::ApiGateway::Deployment'));
  expect(after).not.toBe(before);
});
