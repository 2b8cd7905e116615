import { gunzipSync } from 'node:zlib';

/** What a function gave, as far as it is read here: a reply for API Gateway, or the result of a direct invocation. */
interface Given {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly kind?: string;
  readonly cache?: { readonly status: string };
  readonly results?: readonly Given[];
}

/**
 * How a call ended, in a few words that are the same for each call of one path: `200 hit`, `200 fwd=miss`,
 * `404 hit`, `200 stale-while-revalidate`. A result of a direct invocation is `found miss`. A batch is `100 found hit`.
 */
export function outcomeOf(result: unknown): string {
  const given = result as Given;
  const { statusCode, headers = {}, results } = given;
  if (results !== undefined) return tally(results.map(outcomeOf));
  if (statusCode === undefined) return [given.kind, given.cache?.status].filter((word) => word).join(' ');
  const cacheStatus = headers['Cache-Status'] ?? '';
  if (cacheStatus.endsWith('detail=batch')) return outcomeOf(JSON.parse(textOf(given)));
  const [word = ''] = /(?<=detail=).+$/.exec(cacheStatus) ?? /hit|fwd=[a-z-]+/.exec(cacheStatus) ?? [];
  return `${statusCode} ${word}`.trim();
}

/** Each of these words, behind how often it occurs. */
function tally(words: readonly string[]): string {
  const distinct = [...new Set(words)];
  return distinct.map((word) => `${words.filter((each) => each === word).length} ${word}`).join(', ');
}

function textOf({ headers = {}, body = '', isBase64Encoded = false }: Given): string {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return (headers['Content-Encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
}
