import type { Identifier } from '../identifier/identifier.ts';
import type { Projection } from '../reply/projection.ts';

/** A query parameter as it goes upstream. */
export type Parameter = readonly [name: string, value: string];

/** The upstream's look-up APIs: v2 is customers/lookup/customerDetails, v1.1 is customer/get. */
export const APIS = ['v2', 'v1.1'] as const;
/** One of `APIS`. */
export type Api = (typeof APIS)[number];

/**
 * The subject of a look-up. It makes the partition of the entries. A purge finds all variants by the partition: those
 * of both APIs and of every account. Events often name no account, so the account must not narrow the reach of an
 * event.
 */
export interface Subject {
  /** The source in which the identifier is registered: INSTORE, WECHAT, ALL, … */
  readonly source: string;
  readonly identifier: Identifier;
}

/**
 * One look-up in its one spelling. Only this value makes the key and the upstream's address, so an answer is always the
 * upstream's answer to the same request (contract §5, promise 1).
 */
export interface CanonicalRequest {
  /** The upstream's API that answers. */
  readonly api: Api;
  /** Undefined if none of its identifiers stands for exactly one customer. Then the answer is never stored. */
  readonly subject: Subject | undefined;
  /** Whether the answer may be stored, by its parameters. */
  readonly isKept: boolean;
  /**
   * The customer's id, if the look-up is by id; otherwise undefined. With dual eligibility an id is not a subject, but
   * it still names one customer.
   */
  readonly customerId: string | undefined;
  /** The account, if the source has several, as the caller wrote it. Part of the variant, not of the subject. */
  readonly accountId: string | undefined;
  /** The parameters that say which customer the look-up is about. */
  readonly subjectParameters: readonly Parameter[];
  /** The parameters in closed forms that change the reply: sections, flags, counts. No personal data. Sorted by name. */
  readonly optionParameters: readonly Parameter[];
  /** The free texts of the caller that change the reply. They may hold anything. Sorted by name. */
  readonly filterParameters: readonly Parameter[];
  /** The language of the reply's texts: an ISO code; undefined: the upstream's own. */
  readonly language: string | undefined;
  /** The parts of the reply that are kept whole, because the caller asked for them. */
  readonly askedSections: AskedSections;
}

/** The sections of a reply that a request asked for. */
export interface AskedSections {
  /** Top-level names of the sections that the caller asked for, if they are documented. */
  readonly names: readonly string[];
  /**
   * Whether to keep a top-level name that the base reply does not have: the caller asked for something undocumented.
   */
  readonly includesUnknown: boolean;
}

/** Every parameter of the request, as it goes upstream. */
export function upstreamParameters(request: CanonicalRequest): readonly Parameter[] {
  return [...request.subjectParameters, ...request.optionParameters, ...request.filterParameters];
}

/** A look-up, read from the caller's request. */
export interface AskedLookup {
  readonly request: CanonicalRequest;
  /** The look-up of the other API, if its sections join the reply; undefined: nothing joins. */
  readonly supplement: Supplement | undefined;
  /** Narrows this one reply (`fields`); not part of the request. */
  readonly fields: Projection | undefined;
}

/** A second look-up, of the other API. Its sections join the reply. */
export interface Supplement {
  readonly request: CanonicalRequest;
  /** The sections that join. */
  readonly sections: readonly JoinedSection[];
}

/** A section of one API's reply that joins the other's. */
export interface JoinedSection {
  /** Its name in the reply that it joins. */
  readonly name: string;
  /** Its names in its own reply: the first name that is present counts. */
  readonly from: readonly [string, ...string[]];
  /** Its form: a list, or the upstream's own object. In `flags`, 1 means true and 0 means false. */
  readonly form: 'list' | 'object' | 'flags';
}
