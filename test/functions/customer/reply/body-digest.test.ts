import { describe, expect, test } from '@jest/globals';
import { bodyDigest } from '../../../../functions/customer/reply/body-digest.ts';
import { anyCharacter, fc } from '../../../support/properties.ts';

describe('the digest of a body', () => {
  test('N12: differs for two bodies of one length', () => {
    expect(bodyDigest('{"id":1}')).not.toBe(bodyDigest('{"id":2}'));
  });

  test('differs if a body differs in anything, and only then', () => {
    const body = fc.string({ unit: anyCharacter, maxLength: 40 });
    fc.assert(
      fc.property(body, body, (one, other) => {
        expect(bodyDigest(one) === bodyDigest(other)).toBe(one === other);
      }),
    );
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), (text, position) => {
        const at = position % text.length;
        const code = text.charCodeAt(at);
        const changed = `${text.slice(0, at)}${String.fromCharCode(code ^ 1)}${text.slice(at + 1)}`;
        expect(changed).toHaveLength(text.length);
        expect(bodyDigest(changed)).not.toBe(bodyDigest(text));
      }),
    );
  });

  test('has characters that HTTP allows in an entity tag', () => {
    expect(bodyDigest('')).toMatch(/^[\w-]{22}$/);
  });
});
