// Uses the types that openapi-typescript makes of openapi.yaml: they stand beside this file when it is compiled and run.
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.d.ts';

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

const lookaside = createClient<paths>({
  baseUrl: process.env.LOOKASIDE_URL ?? '',
  headers: { 'x-api-key': process.env.LOOKASIDE_API_KEY ?? '' },
});

type Reply = components['schemas']['CustomerDetails'] | components['schemas']['CustomerDetailsErrors'];

async function lookUp(identifierName: 'mobile' | 'externalId', identifierValue: string): Promise<Reply> {
  const query = { source: 'INSTORE', identifierName, identifierValue };
  const { data, error } = await lookaside.GET('/v2/customers/lookup/customerDetails', { params: { query } });
  if (data === undefined) throw new Error(JSON.stringify(error));
  // Only a request with `Prefer` is answered so.
  if ('status' in data) throw new Error(data.status);
  return data;
}

function describe(reply: Reply): string {
  if ('errors' in reply)
    return `not found ${String((reply as components['schemas']['CustomerDetailsErrors']).errors[0]?.code)}`;
  const customer = reply as components['schemas']['CustomerDetails'];
  return `found ${customer.id} ${customer.profiles?.[0]?.firstName}`;
}

console.log(describe(await lookUp('mobile', '1234512345')));
console.log(describe(await lookUp('externalId', 'NOBODY')));

const batch = await lookaside.POST('/lookups', {
  body: {
    lookups: [
      { source: 'INSTORE', identifierName: 'mobile', identifierValue: '1234512345' },
      { api: 'v1.1', external_id: 'NOBODY' },
      { source: 'INSTORE', identifierName: 'mobile', identifierValue: 'no number' },
    ],
  },
});
for (const result of batch.data?.results ?? []) {
  if (result.kind === 'found') console.log(`found ${(result.customer as { id?: number }).id}`);
  else if (result.kind === 'not-found') console.log(`not-found ${result.upstream.code}`);
  else if (result.kind === 'error') console.log(`error ${result.code}`);
  else console.log(result.kind);
}

const refused = await lookaside.GET('/v2/customers/lookup/customerDetails', {
  params: { query: { source: 'INSTORE', identifierName: 'mobile', identifierValue: 'no number' } },
});
console.log(`refused ${refused.error !== undefined && 'code' in refused.error ? refused.error.code : ''}`);
