/** A text of the request's address cannot be decoded. */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError';
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes a percent-encoded text, as Node hands it over: one character a byte.
 *
 * @throws {UndecodableError} if the encoding is broken, or the bytes are not UTF-8
 */
export function percentDecode(text: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) throw new UndecodableError();
  const bytes = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch (error) {
    throw new UndecodableError('bytes that are not UTF-8', { cause: error });
  }
}

/** Each name's values, in the order in which they came. */
export type MultiValues = ReadonlyMap<string, readonly string[]>;

/** API Gateway takes these characters in a query only if they are percent-encoded. */
const NOT_PLAIN = /[|{}]/;

/**
 * Decodes a query as a REST API does: `+` is a space, and `;` ends a pair as `&` does (API Gateway's "important
 * notes"). A name given twice has two values; empty pairs are left out.
 *
 * @throws {UndecodableError} as `percentDecode`, or if the query has a plain `|`, `{` or `}`
 */
export function decodeQuery(query: string): MultiValues {
  if (NOT_PLAIN.test(query)) throw new UndecodableError('a plain |, { or }');
  const values = new Map<string, string[]>();
  for (const pair of query.split(/[&;]/)) {
    if (pair === '') continue;
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair.replaceAll('+', ' ')) ?? [];
    const decodedName = percentDecode(name);
    values.set(decodedName, [...(values.get(decodedName) ?? []), percentDecode(value)]);
  }
  return values;
}
