import { lookupDeadlineOf, parseSettings } from '../../functions/settings/settings.ts';
import { outcomes } from './lambda-events.ts';

/** Promise 8: the time by which a look-up is answered, with the default settings. */
export const DEADLINE_MS = lookupDeadlineOf(
  parseSettings({
    UPSTREAM_BASE_URL: 'https://upstream.invalid',
    UPSTREAM_CREDENTIALS_ARN: 'any',
    CACHE_KEY_SECRET: 'any',
  }),
);

export const STORED = /^lookaside; fwd=miss; fwd-status=200; stored$/;
export const HIT = /^lookaside; hit; ttl=\d+$/;
export const STALE = /^lookaside; hit; ttl=-\d+; detail=stale-while-revalidate$/;
export const RENEWED = /^lookaside; fwd=stale; fwd-status=200; stored$/;
const COLLAPSED = /^lookaside; fwd=miss; collapsed$/;

/** Returns the problem of an answer. Empty: none. */
type Check = (answer: unknown) => readonly string[];

/** A till's look-up that is answered 200, with this Cache-Status, in time. */
export function answered(cacheStatus: RegExp) {
  const check: Check = (answer) => {
    const used = cacheStatusOf(answer);
    return [...statusOk(answer), ...(cacheStatus.test(used) ? [] : [`Cache-Status: ${used}`])];
  };
  return { answer: check, deadlineMs: DEADLINE_MS };
}

export const statusOk: Check = (answer) => {
  const { statusCode } = answer as Reply;
  return statusCode === 200 ? [] : [`status ${statusCode}`];
};

/** Answers to several instances that asked at once: one fetched and stored, the others waited for it, or came after. */
export const oneFetched: Check = (answers) => {
  const all = answers as readonly Reply[];
  const used = all.map(cacheStatusOf);
  const fetched = used.filter((each) => STORED.test(each)).length;
  const areRight = fetched === 1 && used.every((each) => [STORED, COLLAPSED, HIT].some((right) => right.test(each)));
  return [...all.flatMap(statusOk), ...(areRight ? [] : used.map((each) => `Cache-Status: ${each}`))];
};

/** Outcomes that are all found, and by this use of the cache. */
export function allOf(count: number, status: 'hit' | 'miss'): Check {
  return (answer) => {
    const found = outcomes(answer);
    const others = found
      .map(({ kind, code, cache }) => [kind, code ?? cache?.status].join(', '))
      .filter((each) => each !== `found, ${status}`);
    const counted = [...Map.groupBy(others, (each) => each)].map(([each, all]) => `${all.length} × ${each}`);
    return [...counted, ...(found.length === count ? [] : [`${found.length} results`])];
  };
}

/** Whether a reply holds the section that v1.1 gives. */
export function hasCoupons(answer: unknown): boolean {
  const { coupons } = JSON.parse((answer as Reply).body) as { readonly coupons?: unknown };
  return Array.isArray(coupons);
}

/** The value that a function returns to API Gateway, as far as this code reads it. */
interface Reply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function cacheStatusOf(answer: unknown): string {
  return (answer as Reply).headers['Cache-Status'] ?? '';
}
