import type { Settings } from '../functions/settings.ts';

const LOOKUP_PATH = '/v2/customers/lookup/customerDetails';

/**
 * Two `curl` lines for the sample document's own customer, whom the simulator knows. Where the cache is on, the second,
 * in another spelling, is a hit.
 */
export function tryOut(url: string, { customer }: Settings, apiKeys: readonly string[] | undefined): string[] {
  const key = apiKeys?.[0] === undefined ? '' : ` -H 'x-api-key: ${apiKeys[0]}'`;
  const { name, values } = spellings(customer);
  return values.map((value) => {
    const query = `source=INSTORE&identifierName=${name}&identifierValue=${encodeURIComponent(value)}`;
    return `curl -i${key} '${url}${LOOKUP_PATH}?${query}'`;
  });
}

/** Two spellings of an identifier by which this deployment keeps entries. */
function spellings({ defaultCountry, primaryIdentifier }: Settings['customer']) {
  switch (primaryIdentifier) {
    case 'email':
      return { name: 'email', values: ['bubalus@example.com', 'Bubalus@Example.com'] };
    case 'externalId':
      return { name: 'externalId', values: ['12341234', ' 12341234'] };
    default: {
      const asDialled = defaultCountry === 'IN' ? '1234512345' : '+911234512345';
      return { name: 'mobile', values: [asDialled, '+91 12345 12345'] };
    }
  }
}
