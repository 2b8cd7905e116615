import { expect, test } from '@jest/globals';
import { type MappedText, rearrange, type TextRange, toMappedText, toMappings } from '../../infra/mapped-text.ts';
import { fc, runs } from '../support/properties.ts';

/** A text in which each character's origin is its own index, as line and column. */
const texts = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\u{1f600}'), maxLength: 60 }).map(
  (text): MappedText => ({
    text,
    places: Array.from({ length: text.length }, (_, at) => ({ at, origin: [0, at, at] as const })),
  }),
);

test('Mappings keep every place, whatever line it is in', () => {
  fc.assert(
    fc.property(texts, (mapped) => {
      expect(toMappedText(mapped.text, toMappings(mapped))).toEqual(mapped);
    }),
    runs(300),
  );
});

test('Each character of a rearranged text has the origin that it had, and new text has none', () => {
  const parts = fc.array(fc.oneof(fc.constantFrom('', 'new', '\n'), fc.tuple(fc.nat(60), fc.nat(60))), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(texts, parts, (old, picked) => {
      const ranges = picked.map((part): string | TextRange => {
        if (typeof part === 'string') return part;
        const [from = 0, to = 0] = part.map((at) => Math.min(at, old.text.length)).sort((left, right) => left - right);
        return { from, to };
      });
      const { text, places } = rearrange(old, ranges);
      expect(text).toBe(ranges.map((part) => (typeof part === 'string' ? part : sliced(old.text, part))).join(''));
      expect(places.map(({ at }) => text[at])).toEqual(places.map(({ origin }) => old.text[origin[1] ?? -1]));
      const keptLength = ranges.reduce((sum, part) => sum + (typeof part === 'string' ? 0 : part.to - part.from), 0);
      expect(places).toHaveLength(keptLength);
    }),
    runs(300),
  );
});

test('A place keeps the name that it has in the source', () => {
  const named: MappedText = { text: 'ab', places: [{ at: 1, origin: [0, 4, 2, 7] }] };
  expect(toMappedText('ab', toMappings(named))).toEqual(named);
});

function sliced(text: string, { from, to }: TextRange): string {
  return text.slice(from, to);
}
