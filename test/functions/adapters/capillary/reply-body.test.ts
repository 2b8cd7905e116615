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
      expect(await read(text)).toEqual({ text: `${text}${space}`, json: undefined });
    },
  );

  test('may nest up to a limit, and no deeper', async () => {
    expect((await read(nested(MAX_REPLY_DEPTH))).json).toBeDefined();
    const tooDeep = nested(MAX_REPLY_DEPTH + 1);
    for (const text of [
      tooDeep,
      `{"a":1,"b":${nested(MAX_REPLY_DEPTH)}}`,
      `{"a":[1,${nested(MAX_REPLY_DEPTH - 1)}]}`,
    ]) {
      expect((await read(text)).json).toBeUndefined();
    }
    expect((await read(`{"a":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`)).json).toBeUndefined();
  });
});

test('a body that cannot be read has neither text nor value', async () => {
  expect(await readReplyBody(undefined)).toEqual({ text: undefined, json: undefined });
  expect(toReplyBody(undefined)).toEqual({ text: undefined, json: undefined });
});

/** A body with a list of this many numbers. */
const listOf = (numbers: number) => `{"a":[0${',1.0'.repeat(numbers)}]}`;

/** How often the event loop turns while this is read. */
async function turnsWhileReading(text: string, now?: () => number): Promise<number> {
  let turns = 0;
  let isRead = false;
  const turn = () => {
    turns += 1;
    if (!isRead) setImmediate(turn);
  };
  setImmediate(turn);
  const body = await readReplyBody(text, now);
  isRead = true;
  expect(body.json).toBeDefined();
  return turns;
}

test('B14: the event loop turns while a large body is read', async () => {
  expect(await turnsWhileReading(listOf(120_000))).toBeGreaterThan(2);
});

test('a body that is not large is read at once', async () => {
  const longest = '{"id":1}'.padEnd(MAX_NATIVE_LENGTH);
  expect([await turnsWhileReading(longest), await turnsWhileReading(`${longest} `)]).toEqual([0, 1]);
});

test('B14: the event loop turns when reading has taken 5 ms, and at the end', async () => {
  let now = 1000;
  const after = (ms: number) => () => {
    now += ms;
    return now;
  };
  const text = listOf(20_000);
  expect(await turnsWhileReading(text, after(0))).toBe(1);
  expect(await turnsWhileReading(text, after(3))).toBe(41);
  expect(await turnsWhileReading(text, after(5))).toBe(81);
});
