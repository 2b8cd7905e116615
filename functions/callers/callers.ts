import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { AskedLookup } from '../customer/request/canonical-request.ts';
import { InvalidRequestError } from '../customer/request/invalid-request-error.ts';
import { admit, admitBatch } from './admission.ts';
import { type CallerClass, type CallerClasses, classOf } from './caller-class.ts';

/** A caller, for the endpoints of look-ups. */
export interface Caller {
  /** Its class, for the log. */
  readonly className: string;
  /** The defaults for absent headers, by the header's name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** @throws {InvalidRequestError} as `admit` in `admission.ts` */
  admit(asked: AskedLookup): AskedLookup;
  /** @throws {InvalidRequestError} as `admitBatch` in `admission.ts` */
  admitBatch(lookups: number): void;
}

/**
 * The caller of a request.
 *
 * @throws {InvalidRequestError} if it belongs to no class
 */
export type CallerOf = (event: APIGatewayProxyEvent) => Caller;

/** Finds callers by their keys. Made once, when the function starts: a look-up only reads the result. */
export function createCallerOf(classes: CallerClasses): CallerOf {
  const callers = new Map([...classes.values()].map((each) => [each, toCaller(each)]));
  return ({ requestContext: { identity } }) => {
    // The key that the gateway checked. The header itself may be anything if a route needs no key.
    const found = classOf(identity?.apiKey, classes);
    const caller = found && callers.get(found);
    if (caller !== undefined) return caller;
    const message = 'This key belongs to no class of callers; a key of a class begins with its name, as tills.…';
    throw new InvalidRequestError('not_allowed', message);
  };
}

function toCaller(own: CallerClass): Caller {
  return {
    className: own.name,
    headers: {
      'cache-control': own.cacheControl,
      prefer: own.waitMs === undefined ? undefined : `wait=${own.waitMs / 1000}`,
    },
    admit: (asked) => admit(asked, own),
    admitBatch: (lookups) => admitBatch(lookups, own),
  };
}
