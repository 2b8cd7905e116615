import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { findCanaries } from './canaries.ts';

const CANARY = { name: 'e-mail', texts: ['Canary.Person+7@Example.com'] };
const [TEXT = ''] = CANARY.texts;

function encodingsFoundIn(text: string): string[] {
  return findCanaries([CANARY], [{ where: 'a log', text }]).map(({ encoding }) => encoding);
}

describe('a canary is found', () => {
  test.each<[string, string]>([
    ['as it is', `{"message":"${TEXT}"}`],
    ['in small letters', TEXT.toLowerCase()],
    ['in capitals', TEXT.toUpperCase()],
    ['percent-encoded', `?identifierValue=${encodeURIComponent(TEXT)}&x=1`],
    ['in hex', Buffer.from(`x${TEXT}y`).toString('hex').toUpperCase()],
    ...[0, 1, 2, 3].map((before): [string, string] => [
      `in base64, after ${before} bytes`,
      Buffer.from(`${'x'.repeat(before)}${TEXT}, and more`).toString('base64'),
    ]),
    ['in base64url', Buffer.from(`é?>${TEXT}`).toString('base64url')],
    ...['md5', 'sha1', 'sha256'].flatMap((algorithm): [string, string][] => [
      [`as ${algorithm} in hex`, createHash(algorithm).update(TEXT).digest('hex')],
      [
        `as ${algorithm} of small letters, in base64`,
        createHash(algorithm).update(TEXT.toLowerCase()).digest('base64'),
      ],
      [`as ${algorithm} in base64url`, createHash(algorithm).update(TEXT).digest('base64url')],
    ]),
  ])('%s', (_, text) => {
    expect(encodingsFoundIn(text)).not.toEqual([]);
  });

  test('nothing is found in a text without it', () => {
    expect(encodingsFoundIn(`{"level":"INFO","message":"request","requestId":"0b7c1d2e","cache":"hit"}`)).toEqual([]);
  });
});
