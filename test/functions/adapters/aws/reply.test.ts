import { crc32 } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readReply, ServiceError } from '../../../../functions/adapters/aws/reply.ts';

const reply = (body: string, { status = 200, headers = {} } = {}) => ({ status, headers, body: Buffer.from(body) });

function refusalOf(given: Parameters<typeof readReply>[0]): ServiceError {
  try {
    readReply(given, 'DynamoDB');
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('an undamaged reply is read', () => {
  const checksum = String(crc32('{"Item":{"pk":{"S":"é"}}}'));
  test.each([
    ['an object', reply('{"Item":{"pk":{"S":"é"}}}'), { Item: { pk: { S: 'é' } } }],
    [
      'with its checksum',
      reply('{"Item":{"pk":{"S":"é"}}}', { headers: { 'x-amz-crc32': checksum } }),
      expect.anything(),
    ],
  ])('%s', (_title, given, expected) => {
    expect(readReply(given, 'DynamoDB')).toEqual(expected);
  });
});

describe('a damaged reply is refused', () => {
  const headers = { 'x-amz-crc32': String(crc32('{"Item":{}}')) };
  test.each([
    ['a bit of it is another', reply('{"Item":{"a":1}}', { headers })],
    ['it is cut short', reply('{"Item":{', { headers })],
    ['it is empty', reply('', { headers })],
    ['the checksum is not a checksum', reply('{}', { headers: { 'x-amz-crc32': 'x' } })],
  ])('when %s', (_title, given) => {
    expect(refusalOf(given)).toMatchObject({ name: 'CRC32CheckFailed', $metadata: { httpStatusCode: 200 } });
  });
});

test.each(['<html>', '{"Item":', 'null', '[]', '"text"', '1'])('%s is not a reply, whatever its status', (body) => {
  for (const status of [200, 503]) {
    expect(refusalOf(reply(body, { status }))).toMatchObject({
      name: 'SyntaxError',
      $metadata: { httpStatusCode: status },
    });
  }
});

test.each([
  ['is not a reply: a success has a body', 200, 'SyntaxError'],
  ['is not a reply: a success has a body', 204, 'SyntaxError'],
  ['is an error', 302, 'Unknown'],
  ['is an error', 500, 'Unknown'],
])('an empty body %s (%i)', (_title, status, name) => {
  expect(refusalOf(reply('', { status }))).toMatchObject({ name, $metadata: { httpStatusCode: status } });
});

test('an error repeats nothing from the reply', () => {
  const body = '{"__type":"x#ValidationException","message":"canary","Item":{"pk":{"S":"canary"}}}';
  for (const given of [reply(body, { status: 400 }), reply('canary')]) {
    const error = refusalOf(given);
    expect(`${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toContain('canary');
  }
});
