import { expect, test } from '@jest/globals';
import { ClockOffset, isSignatureRefused } from '../../../../functions/adapters/aws/clock-offset.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;
const header = (differenceMs: number) => new Date(NOW + differenceMs).toUTCString();

test.each([
  ['a clock that is right', header(0), NOW - 5, 0],
  ['one that is four minutes slow', header(4 * MINUTE), NOW - 5, 4 * MINUTE],
  ['one that is an hour fast', header(-60 * MINUTE), NOW - 5, -60 * MINUTE],
  ['one that is nearly four minutes off: near enough', header(4 * MINUTE - 1000), NOW - 5, 0],
  ['no date', undefined, NOW - 5, 0],
  ['a date that cannot be read', 'soon', NOW - 5, 0],
  ['a refusal that came before the process was frozen', header(-60 * MINUTE), NOW - 60 * MINUTE, 0],
  ['a clock that was set back meanwhile', header(60 * MINUTE), NOW + 5, 0],
])('%s', (_title, date, sentAt, expected) => {
  const offset = new ClockOffset();
  expect(offset.learn(date, { at: sentAt, offsetMs: 0 }, NOW)).toBe(expected !== 0);
  expect(offset.ms).toBe(expected);
});

test('the offset is forgotten when the clock is right again, and kept if a refusal says nothing', () => {
  const offset = new ClockOffset();
  const sent = (offsetMs: number) => ({ at: NOW, offsetMs });
  offset.learn(header(60 * MINUTE), sent(0), NOW);
  expect(offset.learn(undefined, sent(60 * MINUTE), NOW)).toBe(false);
  expect(offset.ms).toBe(60 * MINUTE);
  expect(offset.learn(header(1000), sent(60 * MINUTE), NOW)).toBe(true);
  expect(offset.ms).toBe(0);
});

test('each request that was signed with the wrong time needs a new signature, and no other one does', () => {
  const offset = new ClockOffset();
  const learns = [0, 0, 60 * MINUTE].map((offsetMs) => offset.learn(header(61 * MINUTE), { at: NOW, offsetMs }, NOW));
  expect(learns).toEqual([true, true, false]);
});

test.each([
  ['a signature that is too old', 400, '{"__type":"x#InvalidSignatureException","message":"Signature expired"}', true],
  ['one of the future', 403, '{"__type":"RequestInTheFuture"}', true],
  ['a clock that is wrong', 403, '{"__type":"RequestTimeTooSkewed"}', true],
  ['a condition that does not hold', 400, '{"__type":"x#ConditionalCheckFailedException"}', false],
  ['a service that throttles', 400, '{"__type":"x#ThrottlingException"}', false],
  ['a page', 502, '<html>', false],
  ['no body', 500, '', false],
  ['an item that holds such a word', 200, '{"Item":{"a":{"S":"Signature"}}}', false],
])('%s (%i): is the signature refused?', (_title, status, body, expected) => {
  expect(isSignatureRefused({ status, body: Buffer.from(body) })).toBe(expected);
});
