import {
  type Api,
  type CanonicalRequest,
  upstreamParameters,
} from '../../functions/customer/request/canonical-request.ts';

/**
 * The content of a request, in the checker's own words: the customer, and the sections. It is made without the key, the
 * spelling and the order of the code under test, so that the two can be compared.
 */
export interface Asked {
  readonly api: Api;
  /** Source and identifier: the reach of one purge, in both APIs and under every account. */
  readonly subject: string;
  /** The subject and the account: they find a customer at the upstream. */
  readonly who: string;
  /** API, customer and sections. */
  readonly identity: string;
}

export type Parameters = Readonly<Record<string, string>>;

/** A look-up as a caller sends it. */
export interface Sent {
  readonly api: Api;
  readonly parameters: Parameters;
}

/**
 * The requests of a look-up to the upstream: to the API that the caller called, and to v1.1 for the sections that join
 * the reply.
 */
export interface AskedParts {
  readonly main: Asked;
  readonly supplement: Asked | undefined;
}

/** v2's names of v1.1's identifiers, as far as callers send them here. */
const IDENTIFIER_NAMES: Parameters = { external_id: 'externalId', card_number: 'cardnumber' };

/** The sections that join a reply of v2, and the parameters of v1.1 that bring them. */
const JOINED_SECTIONS: Parameters = { coupons: 'coupon_order_by=created_date', slabhistory: 'slab_history=true' };

/** The content of a request to the upstream. */
export function askedOf(request: CanonicalRequest): Asked {
  const { main } = partsOf({ api: request.api, parameters: Object.fromEntries(upstreamParameters(request)) });
  return main;
}

/** The content of a caller's request, with the sections that the deployment always adds. */
export function partsOf({ api, parameters }: Sent, embedAlways: readonly string[] = []): AskedParts {
  return api === 'v2' ? byV2(parameters, embedAlways) : { main: byV1(parameters), supplement: undefined };
}

function byV2(parameters: Parameters, embedAlways: readonly string[]): AskedParts {
  const { source = '', accountId = '', identifierName = '', identifierValue = '', embed = '' } = parameters;
  const embeds = [...embed.split(','), ...embedAlways].map((each) => each.toLowerCase()).filter((each) => each !== '');
  const own = embeds.filter((each) => JOINED_SECTIONS[each] === undefined);
  const joined = embeds.flatMap((each) => JOINED_SECTIONS[each] ?? []);
  const subject = subjectOf(source, identifierName, identifierValue);
  return {
    main: asked('v2', subject, accountId, own),
    supplement: joined.length === 0 ? undefined : asked('v1.1', subject, '', joined),
  };
}

function byV1(parameters: Parameters): Asked {
  const isIdentifier = (name: string) => IDENTIFIER_NAMES[name] !== undefined;
  const [identifier = '', value = ''] = Object.entries(parameters).find(([name]) => isIdentifier(name)) ?? [];
  const sections = Object.entries(parameters).flatMap(([name, text]) =>
    isIdentifier(name) ? [] : [`${name}=${text}`],
  );
  return asked('v1.1', subjectOf('INSTORE', IDENTIFIER_NAMES[identifier] ?? '', value), '', sections);
}

function subjectOf(source: string, identifierName: string, identifierValue: string): string {
  return [source, identifierName, identifierValue].join('/').toLowerCase();
}

function asked(api: Api, subject: string, account: string, sections: readonly string[]): Asked {
  const who = account === '' ? subject : `${subject}@${account.toLowerCase()}`;
  return { api, subject, who, identity: `${api} ${who}?${[...new Set(sections)].sort().join(',')}` };
}
