/**
 * The code of form 2, as it was released: never edit it. It imports nothing of the code that it is held against. A later
 * form gets a file of its own beside this one, which goes when no deployment writes form 2 any more.
 */
import { gunzipSync, gzipSync } from 'node:zlib';

interface Attribute {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly B?: Uint8Array | undefined;
  readonly L?: readonly Attribute[] | undefined;
}
type Item = Readonly<Record<string, Attribute>>;

interface Entry {
  readonly kind: 'found' | 'not-found';
  readonly status: number;
  readonly body: string;
  readonly askedAt: number;
  readonly freshnessCut: number;
  readonly expiresAt: number;
  readonly customer: string | undefined;
  readonly customerAliases: readonly string[];
  readonly staleFrom: number | undefined;
}

/** What form 2 stores for an entry. */
export function writeForm2(
  key: { readonly partition: string; readonly variant: string },
  entry: Entry,
  version: string,
) {
  const number = (value: number) => ({ N: String(value) });
  return {
    pk: { S: key.partition },
    sk: { S: key.variant },
    form: { N: '2' },
    kind: { S: entry.kind },
    status: number(entry.status),
    body: { B: new Uint8Array(gzipSync(entry.body)) },
    askedAt: number(entry.askedAt),
    freshnessCut: { N: entry.freshnessCut.toFixed(4) },
    entryExpiresAt: number(entry.expiresAt),
    expiresAt: number(Math.ceil(entry.expiresAt / 1000)),
    ...(entry.customer !== undefined && { customer: { S: entry.customer } }),
    ...(entry.customerAliases.length > 0 && { customerAliases: { L: entry.customerAliases.map((S) => ({ S })) } }),
    ...(entry.staleFrom !== undefined && { staleFrom: number(entry.staleFrom) }),
    version: { S: version },
  };
}

/** What form 2 reads of an item; undefined: it is a miss. */
export function readForm2(item: Item): Entry | undefined {
  if (item.form?.N !== '2') return undefined;
  const toNumber = (attribute: Attribute | undefined) => {
    const value = Number.parseFloat(attribute?.N ?? '');
    return Number.isFinite(value) ? value : undefined;
  };
  const kind = item.kind?.S;
  const [status, askedAt] = [toNumber(item.status), toNumber(item.askedAt)];
  const [freshnessCut, expiresAt] = [toNumber(item.freshnessCut), toNumber(item.entryExpiresAt)];
  const body = item.body?.B === undefined ? undefined : gunzipSync(item.body.B).toString('utf8');
  if (kind !== 'found' && kind !== 'not-found') return undefined;
  if (status === undefined || askedAt === undefined || freshnessCut === undefined) return undefined;
  if (expiresAt === undefined || body === undefined) return undefined;
  const customerAliases = (item.customerAliases?.L ?? []).flatMap(({ S }) => (S === undefined ? [] : [S]));
  const [customer, staleFrom] = [item.customer?.S, toNumber(item.staleFrom)];
  return { kind, status, body, askedAt, freshnessCut, expiresAt, customer, customerAliases, staleFrom };
}
