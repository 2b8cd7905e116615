import type { CallerAuth } from '../functions/settings/caller-proof.ts';
import type { Settings } from '../functions/settings/settings.ts';
import { callerToTry, SOURCE_TO_TRY } from './caller-to-try.ts';

const LOOKUP_PATH = '/v2/customers/lookup/customerDetails';

/**
 * Two `curl` lines for a customer that the simulator knows: the sample document's own, if that is possible. If the cache is
 * on, the second line, in another spelling, is a hit. No lines if no caller may ask for that customer.
 */
export function tryOut(url: string, settings: Settings, apiKeys: readonly string[] | undefined): string[] {
  const { customer, callerProof } = settings;
  const caller = callerToTry(settings, apiKeys);
  if (caller === undefined) return [];
  const credential = CREDENTIALS[callerProof.kind](caller.apiKey);
  const { name, values } = spellings(customer);
  return values.map((value) => {
    const parameters = [
      `source=${SOURCE_TO_TRY}`,
      `identifierName=${name}`,
      `identifierValue=${encodeURIComponent(value)}`,
    ];
    // curl before 8.3 signs the query in the given order, but a signature must cover the sorted query.
    const query = (callerProof.kind === 'iam' ? parameters.sort() : parameters).join('&');
    return `curl -i${credential} '${url}${LOOKUP_PATH}?${query}'`;
  });
}

/** The options with which `curl` proves the identity of the caller. It reads secrets from the shell's own variables. */
const CREDENTIALS: Readonly<Record<CallerAuth, (apiKey: string | undefined) => string>> = {
  apiKey: (apiKey) => (apiKey === undefined ? '' : ` -H 'x-api-key: ${apiKey}'`),
  iam: () => ' --aws-sigv4 aws:amz:us-east-1:execute-api --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
  jwt: () => ' -H "Authorization: Bearer $TOKEN"',
};

/** Two spellings of an identifier for which this deployment stores entries. */
function spellings({ defaultCountry, primaryIdentifier }: Settings['customer']) {
  switch (primaryIdentifier) {
    case 'email':
      return { name: 'email', values: ['bubalus@example.com', 'Bubalus@Example.com'] };
    case 'externalId':
      return { name: 'externalId', values: ['12341234', ' 12341234'] };
    default: {
      // The sample document has its number in Indian national form. In another country it is another customer's number.
      const values = defaultCountry === 'IN' ? ['1234512345', '+91 12345 12345'] : ['+919000000002', '+91 90000 00002'];
      return { name: 'mobile', values };
    }
  }
}
