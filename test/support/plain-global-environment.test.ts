import { isContext } from 'node:vm';
import { expect, test } from '@jest/globals';

test('a test’s global object is the context itself, and no view of another object', () => {
  expect(isContext(globalThis)).toBe(true);
});
