import { describe, expect, test } from '@jest/globals';
import { toConnection } from '../../../../functions/adapters/aws/connection.ts';

const credentials = { accessKeyId: 'made-up', secretAccessKey: 'made-up' };
const parts = {
  service: 'dynamodb' as const,
  url: 'https://dynamodb.eu-west-1.amazonaws.com',
  region: 'eu-west-1',
  credentials,
};

test('the service connects by itself to a DynamoDB if everything about it is known', () => {
  expect(toConnection(parts)).toEqual({ ...parts, url: new URL(parts.url) });
  expect(toConnection({ ...parts, url: 'http://127.0.0.1:8000/prefix' })?.url.pathname).toBe('/prefix');
});

describe('the AWS SDK has to find out, where', () => {
  test.each([
    ['its address is not known', { url: undefined }],
    ['its region is not known', { region: undefined }],
    ['the credentials are not known', { credentials: undefined }],
    ['the address is not an address', { url: 'dynamodb' }],
    ['the address is of another scheme', { url: 'ftp://a.example' }],
    ['the address has a user', { url: 'https://user@a.example' }],
    ['the address has a query', { url: 'https://a.example/?a=b' }],
  ])('%s', (_title, changes) => {
    expect(toConnection({ ...parts, ...changes })).toBeUndefined();
  });
});
