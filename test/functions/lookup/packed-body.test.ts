import { describe, expect, test } from '@jest/globals';
import { type PackedBody, withLateBody } from '../../../functions/lookup/packed-body.ts';

const PACKED: PackedBody = { gzip: new Uint8Array([1]), checksum: 7, digest: 'digest' };

describe('a lazy body', () => {
  test('is read once, when it is needed', () => {
    let reads = 0;
    const read = () => {
      reads += 1;
      return 'text';
    };
    const holder = withLateBody({ kind: 'found' }, read, PACKED);
    expect([holder.kind, holder.packed, reads]).toEqual(['found', PACKED, 0]);
    expect([holder.body, holder.body, reads]).toEqual(['text', 'text', 1]);
  });

  test('without packed bytes has no member for them', () => {
    const holder = withLateBody({ kind: 'found' }, () => 'text', undefined);
    expect(Object.getOwnPropertyNames(holder)).toEqual(['kind', 'body']);
  });

  test('compares as any other; a copy with another body does not carry the packed bytes', () => {
    const holder = withLateBody({ kind: 'found' }, () => 'text', PACKED);
    expect(holder).toEqual({ kind: 'found', body: 'text' });
    const copy: { readonly body: string; readonly packed?: PackedBody | undefined } = { ...holder, body: 'another' };
    expect([copy.body, copy.packed]).toEqual(['another', undefined]);
  });
});
