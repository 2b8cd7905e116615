import { describe, expect, test } from '@jest/globals';
import { isAuthorized } from '../../../functions/invalidate/authorization.ts';
import { anyCharacter, fc, runs } from '../../support/properties.ts';

const SECRET = 'made-up-secret-0123456789';

describe('W06: every text except the secret is refused', () => {
  test('300 random ones, and 300 of the same length', () => {
    const texts = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 60 }),
      fc.string({ minLength: SECRET.length, maxLength: SECRET.length }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(text !== SECRET);
        expect(isAuthorized(text, [SECRET])).toBe(false);
      }),
      runs(600),
    );
  });

  test('each text that differs in one bit', () => {
    for (let position = 0; position < SECRET.length; position += 1) {
      for (let bit = 0; bit < 16; bit += 1) {
        const code = SECRET.charCodeAt(position) ^ (1 << bit);
        const text = `${SECRET.slice(0, position)}${String.fromCharCode(code)}${SECRET.slice(position + 1)}`;
        expect([text, isAuthorized(text, [SECRET])]).toEqual([text, false]);
      }
    }
  });

  test('each beginning and each end of it, and the secret with something before or after', () => {
    for (let length = 0; length < SECRET.length; length += 1) {
      expect(isAuthorized(SECRET.slice(0, length), [SECRET])).toBe(false);
      expect(isAuthorized(SECRET.slice(-length - 1).slice(1), [SECRET])).toBe(false);
    }
    for (const text of [` ${SECRET}`, `${SECRET} `, `Bearer ${SECRET}`, `${SECRET}${SECRET}`, `${SECRET}, ${SECRET}`]) {
      expect(isAuthorized(text, [SECRET])).toBe(false);
    }
  });

  test('no text at all, whatever the secrets', () => {
    for (const secrets of [[], [SECRET], ['new', 'old']]) expect(isAuthorized(undefined, secrets)).toBe(false);
    expect(isAuthorized(SECRET, [])).toBe(false);
  });
});

test('each of the secrets is accepted, and no mixture of two', () => {
  const secret = fc.string({ minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 3 }), secret, (secrets, other) => {
      for (const each of secrets) expect(isAuthorized(each, secrets)).toBe(true);
      expect(isAuthorized(other, secrets)).toBe(secrets.includes(other));
    }),
  );
  expect(isAuthorized('new,old', ['new', 'old'])).toBe(false);
});
