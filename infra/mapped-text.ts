import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';

/** Where a place of a text comes from, as a source map's segment says it: source, line, column, and perhaps a name. */
export type Origin = SourceMapSegment extends readonly [number, ...infer Rest] ? Readonly<Rest> : never;

/** A place whose origin is known. */
export interface MappedPlace {
  /** Index into the text. */
  readonly at: number;
  readonly origin: Origin;
}

/** A text, and the places whose origins are known, in their order. */
export interface MappedText {
  readonly text: string;
  readonly places: readonly MappedPlace[];
}

/** A part of a rearranged text: new text, or a range of the old text. */
export type Part = string | TextRange;

/** A range of a text, by indexes: the end is not part of it. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** @param mappings those of the text's source map (ECMA-426) */
export function toMappedText(text: string, mappings: string): MappedText {
  const starts = lineStarts(text);
  const places = decode(mappings).flatMap((segments, line) =>
    segments.map(([column, ...origin]) => ({ at: (starts[line] ?? 0) + column, origin: origin as Origin })),
  );
  return { text, places };
}

/** The mappings of a source map for the text. */
export function toMappings({ text, places }: MappedText): string {
  const starts = lineStarts(text);
  const lines: SourceMapSegment[][] = starts.map(() => []);
  let line = 0;
  for (const { at, origin } of places) {
    while ((starts[line + 1] ?? Number.POSITIVE_INFINITY) <= at) line += 1;
    lines[line]?.push([at - (starts[line] ?? 0), ...origin] as SourceMapSegment);
  }
  return encode(lines);
}

/** The index of the first place at or after an index. */
export function placeFrom(places: readonly MappedPlace[], at: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle]?.at ?? at) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Makes a text of these parts. Each range keeps its origins. */
export function rearrange({ text, places }: MappedText, parts: readonly Part[]): MappedText {
  let made = '';
  const kept: MappedPlace[] = [];
  for (const part of parts) {
    if (typeof part === 'string') {
      made += part;
      continue;
    }
    const shift = made.length - part.from;
    for (let index = placeFrom(places, part.from); index < places.length; index += 1) {
      const { at, origin } = places[index] as MappedPlace;
      if (at >= part.to) break;
      kept.push({ at: at + shift, origin });
    }
    made += text.slice(part.from, part.to);
  }
  return { text: made, places: kept };
}

/** The index of each line's first character. */
function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
