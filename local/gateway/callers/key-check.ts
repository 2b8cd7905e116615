import { createHash } from 'node:crypto';
import { type CallerCheck, UNKNOWN_CALLER } from './caller-check.ts';

/**
 * Checks the API key of a request.
 *
 * @param apiKeys the allowed values of `x-api-key`. Undefined: no key is needed
 */
export function createKeyCheck(apiKeys: readonly string[] | undefined): CallerCheck {
  return async ({ request }) => {
    if (apiKeys === undefined) return UNKNOWN_CALLER;
    const [value = '', ...others] = request.headersDistinct['x-api-key'] ?? [];
    if (others.length > 0 || !apiKeys.includes(value)) return undefined;
    return { ...UNKNOWN_CALLER, apiKeyId: idOf(value) };
  };
}

/**
 * An id of ten characters, as AWS has it, that does not show the key. It is the same in every process with this key.
 */
function idOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 10);
}
