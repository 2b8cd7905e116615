import type { CallLimits } from '../lookup/lookup-policy.ts';
import { elements, wholeNumber } from './readers.ts';

const MAX_CALLS_PER_MINUTE = 10_000_000;
const toLimit = wholeNumber(1, MAX_CALLS_PER_MINUTE);

/** The allowed values of `toCallLimits`, to complete the sentence "…; allowed is". */
export const CALL_LIMITS_ALLOWED =
  `a whole number of calls, 1 to ${MAX_CALLS_PER_MINUTE}, for each API by itself; or one for each API that has a limit, ` +
  'such as v2=600,v1.1=300';

/** How many calls a minute the fleet may make: `600`, which is the limit of each API, or `v2=600,v1.1=300`. */
export function toCallLimits(value: string): CallLimits | undefined {
  const forEach = toLimit(value);
  if (forEach !== undefined) return { v2: forEach, 'v1.1': forEach };
  const limits: { v2?: number; 'v1.1'?: number } = {};
  for (const element of elements(value)) {
    const [, api, text = ''] = /^(v2|v1\.1)\s*=\s*(\d+)$/.exec(element) ?? [];
    const limit = toLimit(text);
    if ((api !== 'v2' && api !== 'v1.1') || limit === undefined || limits[api] !== undefined) return undefined;
    limits[api] = limit;
  }
  return Object.keys(limits).length === 0 ? undefined : limits;
}
