import type { Identifier } from '../identifier/identifier.ts';
import type { Projection } from '../reply/projection.ts';

/** A query parameter as it goes upstream. */
export type Parameter = readonly [name: string, value: string];

/** The upstream's look-up APIs: v2 is customers/lookup/customerDetails, v1.1 is customer/get. */
export const APIS = ['v2', 'v1.1'] as const;
export type Api = (typeof APIS)[number];

/**
 * What a look-up is filed under. All its variants are found by this: those of both APIs, and of every account. Events
 * often name no account, so the account must not narrow what an event reaches.
 */
export interface Subject {
  /** Where the identifier is registered: INSTORE, WECHAT, ALL, … */
  readonly source: string;
  readonly identifier: Identifier;
}

/**
 * One look-up in its one spelling. The key and the upstream's address are both made from this value and from nothing
 * else, so that an answer can only ever be the upstream's answer to the same request (contract §5, promise 1).
 */
export interface CanonicalRequest {
  /** The upstream's API that answers. */
  readonly api: Api;
  /** Undefined when the look-up must not be stored: no identifier in it stands for one customer. */
  readonly subject: Subject | undefined;
  /** Which account of a source that has several, in the caller's own words. Part of the variant, not of the subject. */
  readonly accountId: string | undefined;
  /** Everything that says whom the look-up is about. */
  readonly subjectParameters: readonly Parameter[];
  /** What else changes the reply, in closed forms: sections, flags, counts. Holds no personal data. Sorted by name. */
  readonly optionParameters: readonly Parameter[];
  /** What else changes the reply, in the caller's own words, which may hold anything. Sorted by name. */
  readonly filterParameters: readonly Parameter[];
  /** In which language texts of the reply are wanted: an ISO code; undefined: the upstream's own. */
  readonly language: string | undefined;
  /** What of the reply is kept whole, because it was asked for. */
  readonly askedSections: AskedSections;
}

/** The sections of a reply that a request asked for. */
export interface AskedSections {
  /** Top-level names that are known to belong to what was asked for. */
  readonly names: readonly string[];
  /** Whether a top-level name that the base reply does not have is kept too: something undocumented was asked for. */
  readonly includesUnknown: boolean;
}

/** Every parameter of the request, as it goes upstream. */
export function upstreamParameters(request: CanonicalRequest): readonly Parameter[] {
  return [...request.subjectParameters, ...request.optionParameters, ...request.filterParameters];
}

/** A look-up, read from what its caller sent. */
export interface AskedLookup {
  readonly request: CanonicalRequest;
  /** What is to join the reply out of the other API; undefined: nothing. */
  readonly supplement: Supplement | undefined;
  /** Narrows this one reply (`fields`); not part of the request. */
  readonly fields: Projection | undefined;
}

/** A second look-up, of the other API, whose sections join the reply. */
export interface Supplement {
  readonly request: CanonicalRequest;
  /** The sections that join. */
  readonly sections: readonly JoinedSection[];
}

/** A section of one API's reply that joins the other's. */
export interface JoinedSection {
  /** Its name in the reply that it joins. */
  readonly name: string;
  /** Its names in the reply that it comes from: the first that is there counts. */
  readonly from: readonly [string, ...string[]];
  /** What it is: a list, or what the upstream makes of it; in `flags`, 1 and 0 are true and false. */
  readonly form: 'list' | 'object' | 'flags';
}
