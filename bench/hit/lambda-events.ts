import { readFileSync } from 'node:fs';
import path from 'node:path';

/** An event, as it goes to another process. */
export type LambdaEvent = Readonly<Record<string, unknown>>;

/** How the caller takes the reply: `plain` is a caller that sends no Accept-Encoding, as many tills do. */
export type Coding = 'gzip' | 'plain';

const FOUND = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../events/http/found-mobile.json'), 'utf8'),
) as LambdaEvent & {
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
};

/** The event of a till's look-up by a mobile number, by API Gateway: `events/http/found-mobile.json` for another customer. */
export function lookupEvent(mobile: string, coding: Coding = 'plain', fields?: string): LambdaEvent {
  const query = {
    source: 'INSTORE',
    identifierName: 'mobile',
    identifierValue: mobile,
    ...(fields !== undefined && { fields }),
  };
  const { 'Accept-Encoding': _, ...headers } = FOUND.headers;
  const { 'Accept-Encoding': __, ...multiValueHeaders } = FOUND.multiValueHeaders;
  const isGzip = coding === 'gzip';
  return {
    ...FOUND,
    headers: isGzip ? { ...headers, 'Accept-Encoding': 'gzip, deflate' } : headers,
    multiValueHeaders: isGzip ? { ...multiValueHeaders, 'Accept-Encoding': ['gzip, deflate'] } : multiValueHeaders,
    queryStringParameters: query,
    multiValueQueryStringParameters: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])),
  };
}

/** The event of a batch of look-ups by mobile numbers, by API Gateway. */
export function batchEvent(mobiles: readonly string[]): LambdaEvent {
  const lookups = mobiles.map((value) => ({ source: 'INSTORE', identifierName: 'mobile', identifierValue: value }));
  return {
    ...FOUND,
    resource: '/lookups',
    path: '/lookups',
    httpMethod: 'POST',
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    body: JSON.stringify({ lookups }),
  };
}
