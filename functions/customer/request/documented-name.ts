import { V1_PARAMETER_NAMES } from '../v1/v1-parameters.ts';
import { V2_PARAMETER_NAMES } from '../v2/v2-parameters.ts';

/** The members of a direct invocation's payload that are not an API's parameters, and v1.1's header. */
const PAYLOAD_NAMES = ['api', 'audit', 'cacheControl', 'language', 'lookups', 'prefetch', 'waitMs'] as const;

/** Every name that has a meaning in a request, of either API. */
export const DOCUMENTED_NAMES: readonly string[] = [
  ...new Set<string>([...V2_PARAMETER_NAMES, ...V1_PARAMETER_NAMES, ...PAYLOAD_NAMES]),
];

const IN_LOWER_CASE = new Set(DOCUMENTED_NAMES.map((name) => name.toLowerCase()));

/** Whether a name has a meaning in a request of either API, in any letter case. */
export function isDocumentedName(name: string): boolean {
  return IN_LOWER_CASE.has(name.toLowerCase());
}
