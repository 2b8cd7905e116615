import { MAX_HEADER_LENGTH } from '../lookup/max-header-length.ts';

/** An element of the header: a coding, and its weight. */
const ELEMENT = /^\s*([\w!#$%&'*+.^`|~-]+)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/;

/** Older names of a coding (RFC 9110 §8.4.1). */
const ALIASES: Readonly<Record<string, string>> = { 'x-gzip': 'gzip' };

/**
 * How much a caller wants a content coding (RFC 9110 §12.5.3): 0 to 1; undefined if the caller does not name it. `*`
 * names no coding: a caller that sends it may not know gzip. Unreadable elements are skipped. A header that
 * is longer than `MAX_HEADER_LENGTH` counts as absent.
 */
export function weightOf(acceptEncoding: string | undefined, coding: string): number | undefined {
  if (acceptEncoding === undefined || acceptEncoding.length > MAX_HEADER_LENGTH) return undefined;
  for (const element of acceptEncoding.split(',')) {
    const [, name = '', weight = '1'] = ELEMENT.exec(element) ?? [];
    const known = name.toLowerCase();
    if ((ALIASES[known] ?? known) === coding) return Number(weight);
  }
  return undefined;
}

/**
 * Whether a reply goes out gzipped: the caller names gzip, and does not prefer the plain text. A caller that sends no
 * `Accept-Encoding` gets the plain text.
 */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const gzip = weightOf(acceptEncoding, 'gzip') ?? 0;
  return gzip > 0 && gzip >= (weightOf(acceptEncoding, 'identity') ?? 0);
}
