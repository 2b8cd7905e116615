import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { AskedLookup } from '../customer/request/canonical-request.ts';
import { InvalidRequestError } from '../customer/request/invalid-request-error.ts';
import type { CallerProof } from '../rest/caller.ts';
import { admit, admitBatch } from './admission.ts';
import type { CallerClass, CallerClasses } from './caller-class.ts';
import { createClassOf } from './class-of.ts';

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

/** Finds callers by what they prove. It prepares the callers once, when the function starts. */
export function createCallerOf(classes: CallerClasses, proof: CallerProof): CallerOf {
  const callers = new Map([...classes.values()].map((each) => [each, toCaller(each)]));
  const classOf = createClassOf(classes, proof);
  return (event) => {
    const found = classOf(event);
    const caller = found && callers.get(found);
    if (caller !== undefined) return caller;
    throw new InvalidRequestError('not_allowed', `This caller belongs to no class of callers; ${MEMBERS[proof.kind]}.`);
  };
}

/** What makes a caller a member of a class. */
const MEMBERS: Readonly<Record<CallerProof['kind'], string>> = {
  apiKey: 'a key of a class begins with its name, such as tills.…',
  iam: 'a class names the roles of its members',
  jwt: "a member's token names one class in the claim of classes",
};

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
