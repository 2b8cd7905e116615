import { type CanonicalRequest, type Parameter, upstreamParameters } from './canonical-request.ts';

/** The parameters that hold a mobile number: v2's, and v1.1's. */
const MOBILE_PARAMETERS = ['identifierValue', 'mobile'];

/**
 * The parameters of a request in a spelling that reads as the same request again under every default country. Digits with
 * the country code and no `+` could read as a national number.
 */
export function respell(request: CanonicalRequest): readonly Parameter[] {
  const isMobile = request.subject?.identifier.name === 'mobile';
  return upstreamParameters(request).map(
    ([name, value]): Parameter => (isMobile && MOBILE_PARAMETERS.includes(name) ? [name, `+${value}`] : [name, value]),
  );
}
