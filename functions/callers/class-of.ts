import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type CallerProof, signerOf } from '../rest/caller.ts';
import { identityOf } from '../rest/signer-arn.ts';
import { CLASS_SEPARATOR } from '../settings/caller-classes.ts';
import type { CallerClass, CallerClasses } from './caller-class.ts';
import { claimOf, givenClaim } from './claims.ts';

/** The class of a request's caller; undefined: the caller belongs to none. */
export type ClassOf = (event: APIGatewayProxyEvent) => CallerClass | undefined;

/** The way to find a caller's class, by what the caller proves. No look-up needs a read for it. */
export function createClassOf(classes: CallerClasses, proof: CallerProof): ClassOf {
  switch (proof.kind) {
    case 'apiKey':
      // The key that the gateway checked. The header itself may be anything if a route needs no key.
      return ({ requestContext: { identity } }) => classOfKey(identity?.apiKey, classes);
    case 'iam': {
      const byRole = rolesOf(classes);
      return (event) => classOfSigner(signerOf(event), byRole, classes);
    }
    case 'jwt': {
      const { classClaim } = proof;
      return (event) => classOfToken(event, classClaim, classes);
    }
  }
}

/**
 * The class of a key.
 *
 * | the key | its class |
 * |---|---|
 * | `kiosks.4fJ…` | `kiosks` |
 * | `others.4fJ…`, and there is no such class | none: the keys of a removed class belong to no other class |
 * | without a `.` | the default class |
 * | no key at all | the default class: the gateway allows such a request only if no key is needed |
 *
 * @param key the key as the gateway checked it
 */
function classOfKey(key: string | null | undefined, classes: CallerClasses): CallerClass | undefined {
  const end = key?.indexOf(CLASS_SEPARATOR) ?? -1;
  if (key && end !== -1) return classes.get(key.slice(0, end));
  return defaultOf(classes);
}

/**
 * The class of an identity that signed.
 *
 * | the signer | its class |
 * |---|---|
 * | a session of a role, or a user, that a class has in `roles` | that class |
 * | another role or user | the default class |
 * | no signer | none: the gateway checks a signature on every look-up, so something else sent the event |
 */
function classOfSigner(
  arn: string | undefined,
  byRole: ReadonlyMap<string, CallerClass>,
  classes: CallerClasses,
): CallerClass | undefined {
  if (arn === undefined) return undefined;
  return byRole.get(identityOf(arn)) ?? defaultOf(classes);
}

/**
 * The class of a token.
 *
 * | the claim | its class |
 * |---|---|
 * | `kiosks`, or a list with one class in it, `[staff kiosks]` | `kiosks` |
 * | a text or list without a class in it, or with two; anything else | none |
 * | absent, or no claim names a class | the default class |
 * | no token | none: the gateway checks a token on every look-up, so something else sent the event |
 */
function classOfToken(
  event: APIGatewayProxyEvent,
  classClaim: string | undefined,
  classes: CallerClasses,
): CallerClass | undefined {
  // The gateway compares the token's issuer (RFC 7519 §4.1.1), so every token that it allows has this claim.
  if (claimOf(event, 'iss') === undefined) return undefined;
  const claim = classClaim === undefined ? undefined : givenClaim(event, classClaim);
  if (claim === undefined) return defaultOf(classes);
  if (typeof claim !== 'string') return undefined;
  const [found, ...others] = new Set(wordsOf(claim).flatMap((word) => classes.get(word) ?? []));
  return others.length === 0 ? found : undefined;
}

/** The elements of a claim. API Gateway makes the text `[a b]` of a list. */
function wordsOf(claim: string): readonly string[] {
  const [, list] = /^\[(.*)\]$/.exec(claim) ?? [];
  return list === undefined ? [claim] : list.split(/[ ,]+/);
}

function defaultOf(classes: CallerClasses): CallerClass | undefined {
  return classes.values().find(({ isDefault }) => isDefault);
}

function rolesOf(classes: CallerClasses): ReadonlyMap<string, CallerClass> {
  const owned = [...classes.values()].flatMap((each) =>
    (each.roles ?? []).map((arn) => [identityOf(arn), each] as const),
  );
  return new Map(owned);
}
