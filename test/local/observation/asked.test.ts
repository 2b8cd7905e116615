import { describe, expect, test } from '@jest/globals';
import { askedOf } from '../../../local/observation/asked.ts';
import { proxyEvent } from '../../support/proxy-event.ts';

const PHONE = '1234512345';

describe('the description of a request, without the identifier', () => {
  test.each([
    [
      'v2 by HTTP',
      '/v2/customers/lookup/customerDetails',
      { identifierName: 'MOBILE', identifierValue: PHONE },
      'v2',
      'mobile',
    ],
    ['v1.1 by HTTP', '/v1.1/customer/get', { format: 'json', external_id: PHONE }, 'v1.1', 'externalId'],
    ['an unknown name', '/v2/customers/lookup/customerDetails', { identifierName: PHONE }, 'v2', undefined],
    ['no name', '/v2/customers/lookup/customerDetails', {}, 'v2', undefined],
    ['several names', '/v2/customers/lookup/customerDetails', { identifierName: 'email,mobile' }, 'v2', 'email'],
  ])('%s', (_, resource, query, api, identifierName) => {
    const asked = askedOf(proxyEvent({ resource, query: String(new URLSearchParams(query)) }));
    expect(asked).toEqual({ method: 'GET', resource, api, ...(identifierName && { identifierName }) });
  });

  test.each([
    [
      'v2 by direct invocation',
      { identifierName: 'email', identifierValue: PHONE },
      { api: 'v2', identifierName: 'email' },
    ],
    ['v1.1 by direct invocation', { api: 'v1.1', mobile: PHONE }, { api: 'v1.1', identifierName: 'mobile' }],
    ['a batch', { lookups: [{ mobile: PHONE }] }, {}],
    ['a ping', 'ping', {}],
    ['nothing', null, {}],
  ])('%s', (_, event, expected) => {
    expect(askedOf(event)).toEqual(expected);
  });

  test('shows no path and no method that a caller invented', () => {
    const event = { ...proxyEvent({ resource: `/${PHONE}` }), httpMethod: PHONE };
    expect(askedOf(event)).toEqual({});
  });
});
