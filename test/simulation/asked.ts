import { type CanonicalRequest, upstreamParameters } from '../../functions/customer/request/canonical-request.ts';

/**
 * What is asked for, in the checker's own words: who, and which sections. Made without the code under test's key,
 * spelling or order, so that it can be held against them.
 */
export interface Asked {
  /** Source, account and identifier. */
  readonly subject: string;
  /** The subject and the sections. */
  readonly identity: string;
}

/** What a request to the upstream asks for. */
export function askedOf(request: CanonicalRequest): Asked {
  return askedBy(Object.fromEntries(upstreamParameters(request)));
}

/** What a caller's parameters ask for, with the sections that the deployment always adds. */
export function askedBy(parameters: Readonly<Record<string, string>>, embedAlways: readonly string[] = []): Asked {
  const { source, accountId = '', identifierName, identifierValue, embed = '' } = parameters;
  const subject = [source, accountId, identifierName, identifierValue].join('/').toLowerCase();
  const embeds = [...embed.split(','), ...embedAlways].map((each) => each.toLowerCase()).filter((each) => each !== '');
  return { subject, identity: `${subject}?${[...new Set(embeds)].sort().join(',')}` };
}
