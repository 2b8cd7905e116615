import { expect, test } from '@jest/globals';
import { addressOf } from '../../../../functions/adapters/aws/server-address.ts';

test.each([
  ['https://dynamodb.eu-west-1.amazonaws.com', 'dynamodb.eu-west-1.amazonaws.com', 443],
  ['https://dynamodb.eu-west-1.amazonaws.com:443/a', 'dynamodb.eu-west-1.amazonaws.com', 443],
  ['https://localhost:8443', 'localhost', 8443],
  ['http://localhost', 'localhost', 80],
  ['http://127.0.0.1:8000/a', '127.0.0.1', 8000],
  ['https://[::1]:8443', '::1', 8443],
  ['http://[2001:db8::1]', '2001:db8::1', 80],
])('%s is at %s, port %i', (url, host, port) => {
  expect(addressOf(new URL(url))).toEqual({ host, port });
});
