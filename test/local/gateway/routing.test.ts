import { describe, expect, test } from '@jest/globals';
import { ROUTES, type Route } from '../../../infra/routes.ts';
import { createRouter, segmentsOf } from '../../../local/gateway/routing.ts';

const LOOKUP = '/v2/customers/lookup/customerDetails';
const V1 = '/v1.1/customer/get';

function route(path: string, method: Route['method'] = 'ANY'): Route {
  return { path, method, authorization: 'none', entry: 'http' };
}

/** The chosen route as `METHOD template`, and its parameters. */
function choose(routes: readonly Route[], method: string, path: string) {
  const routed = createRouter(routes)(method, segmentsOf(path));
  if (routed === undefined) return undefined;
  const parameters = Object.entries(routed.pathParameters).map(([name, value]) => `${name}=${value}`);
  return [`${routed.route.method} ${routed.route.path}`, ...parameters].join(' ');
}

describe("the project's routes", () => {
  test.each([
    ['GET', LOOKUP, `ANY ${LOOKUP}`],
    ['POST', LOOKUP, `ANY ${LOOKUP}`],
    ['OPTIONS', LOOKUP, `OPTIONS ${LOOKUP}`],
    ['GET', `${LOOKUP}/`, `ANY ${LOOKUP}`],
    ['GET', V1, `ANY ${V1}`],
    ['OPTIONS', V1, `OPTIONS ${V1}`],
    ['HEAD', LOOKUP, `ANY ${LOOKUP}`],
    ['HEAD', V1, `ANY ${V1}`],
    ['HEAD', '/health', 'ANY /health'],
    ['GET', `${V1}/`, `ANY ${V1}`],
    ['GET', `${V1}/7000000002`, 'ANY /{proxy+} proxy=v1.1/customer/get/7000000002'],
    ['GET', '/v1/customer/get', 'ANY /{proxy+} proxy=v1/customer/get'],
    ['POST', '/lookups', 'ANY /lookups'],
    ['OPTIONS', '/lookups', 'OPTIONS /lookups'],
    ['POST', '/lookups/7000000002', 'ANY /{proxy+} proxy=lookups/7000000002'],
    ['GET', '/health', 'ANY /health'],
    ['GET', '/', 'ANY /'],
    ['DELETE', '/cache/entries', 'ANY /cache/entries'],
    ['DELETE', '/cache/customers/566881933', 'ANY /cache/customers/{customerId} customerId=566881933'],
    ['DELETE', '/cache/customers', 'ANY /{proxy+} proxy=cache/customers'],
    ['DELETE', '/cache/customers/1/2', 'ANY /{proxy+} proxy=cache/customers/1/2'],
    ['POST', '/events/capillary', 'ANY /events/capillary'],
    ['GET', `${LOOKUP}/7000000002`, 'ANY /{proxy+} proxy=v2/customers/lookup/customerDetails/7000000002'],
    ['GET', '/v2/customers/lookup', 'ANY /{proxy+} proxy=v2/customers/lookup'],
    ['GET', '/V2/customers/lookup/customerDetails', 'ANY /{proxy+} proxy=V2/customers/lookup/customerDetails'],
    ['GET', '//health', 'ANY /{proxy+} proxy=/health'],
    ['DELETE', '/nowhere', 'ANY /{proxy+} proxy=nowhere'],
  ])('%s %s goes to %s', (method, path, expected) => {
    expect(choose(ROUTES, method, path)).toBe(expected);
  });
});

describe('a router', () => {
  // The order in which they are given must not count.
  const routes = [
    route('/{proxy+}'),
    route('/cache/{proxy+}', 'GET'),
    route('/cache/customers/{id}', 'GET'),
    route('/cache/customers/all', 'GET'),
    route('/cache/customers/all', 'ANY'),
  ];

  test.each([
    ['GET', '/cache/customers/all', 'GET /cache/customers/all'],
    ['PUT', '/cache/customers/all', 'ANY /cache/customers/all'],
    ['GET', '/cache/customers/7', 'GET /cache/customers/{id} id=7'],
    ['GET', '/cache/customers/7/8', 'GET /cache/{proxy+} proxy=customers/7/8'],
    ['GET', '/cache', 'ANY /{proxy+} proxy=cache'],
  ])('chooses for %s %s the most specific resource, then the method before ANY: %s', (method, path, expected) => {
    expect(choose(routes, method, path)).toBe(expected);
  });

  test('does not use a less specific resource if the method is missing', () => {
    expect(choose(routes, 'POST', '/cache/customers/7')).toBeUndefined();
  });

  test('finds no resource if none fits', () => {
    expect(choose([route('/health'), route('/a/{proxy+}')], 'GET', '/a')).toBeUndefined();
  });
});
