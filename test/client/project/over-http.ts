import { type Customer, createLookaside } from 'lookaside-client';

// A program of a project that has this client and nothing else: no types of Node, so the environment is asked for plainly.
declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

const lookaside = createLookaside({
  endpoint: process.env.LOOKASIDE_URL ?? 'http://127.0.0.1:3000',
  apiKey: process.env.LOOKASIDE_API_KEY,
  deadlineMs: 50_000,
});

const found = await lookaside.lookup({ source: 'INSTORE', identifierName: 'mobile', identifierValue: '1234512345' });
if (found.kind === 'found') {
  const customer: Customer = found.customer;
  const firstName: string | null | undefined = customer.profiles?.[0]?.firstName;
  console.log(found.kind, firstName);
}

const nobody = await lookaside.lookup(
  { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'NOBODY', cacheControl: 'max-age=60' },
  { deadlineMs: 40_000, signal: new AbortController().signal },
);
if (nobody.kind === 'not-found') console.log(nobody.kind, nobody.upstream.code);

const [refused, byV1] = await lookaside.lookupBatch([
  { source: 'INSTORE', identifierName: 'mobile', identifierValue: 'no number' },
  { api: 'v1.1', external_id: '12341234' },
]);
if (refused.kind === 'error') console.log(refused.kind, refused.code);
if (byV1.kind === 'found') console.log(byV1.customer.current_slab);

const large = await lookaside.lookup({ source: 'INSTORE', identifierName: 'externalId', identifierValue: 'CUST-0001' });
if (large.kind === 'found') console.log(large.customer.id);
