import { describe, expect, test } from '@jest/globals';
import { MAX_REPLY_DEPTH, readReplyBody, toReplyBody } from '../../../../functions/adapters/capillary/reply-body.ts';
import { MAX_NATIVE_LENGTH, writeJson } from '../../../../functions/customer/json/json.ts';

/** Longer than what is read at once. */
const SPACE = ' '.repeat(MAX_NATIVE_LENGTH);

const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

describe.each([
  ['short', ''],
  ['long', SPACE],
])('a %s body', (_length, space) => {
  const read = (text: string) => readReplyBody(`${text}${space}`);

  test('is read with every digit', async () => {
    const body = await read('{"id":9007199254740993,"n":[221350.000,1,-0]}');
    expect(body.text).toBe(`{"id":9007199254740993,"n":[221350.000,1,-0]}${space}`);
    expect(writeJson(body.json ?? null)).toBe('{"id":9007199254740993,"n":[221350.000,1,-0]}');
  });

  test.each(['', '[]', '"x"', '1', 'null', '{"a":', '{"a":1}}', '<html>'])(
    'that is %j is not an object',
    async (text) => {
      expect((await read(text)).json).toBeUndefined();
    },
  );

  test('may nest up to a limit, and no deeper', async () => {
    expect((await read(nested(MAX_REPLY_DEPTH))).json).toBeDefined();
    expect((await read(nested(MAX_REPLY_DEPTH + 1))).json).toBeUndefined();
    expect((await read(`{"a":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`)).json).toBeUndefined();
  });
});

test('a body that cannot be read has neither text nor value', async () => {
  expect(await readReplyBody(undefined)).toEqual({ text: undefined, json: undefined });
  expect(toReplyBody(undefined)).toEqual({ text: undefined, json: undefined });
});

test('B14: the event loop turns while a large body is read', async () => {
  let turns = 0;
  let isRead = false;
  const turn = () => {
    turns += 1;
    if (!isRead) setImmediate(turn);
  };
  setImmediate(turn);
  const body = await readReplyBody(`{"a":[0${',1.0'.repeat(120_000)}]}`);
  isRead = true;
  expect(body.json).toBeDefined();
  expect(turns).toBeGreaterThan(2);
});
