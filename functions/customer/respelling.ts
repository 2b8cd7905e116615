import type { CanonicalRequest, Parameter } from './canonical-request.ts';

/**
 * The parameters of a request in a spelling that reads as the same request again, whatever the default country: digits
 * with the country code alone would read as a national number.
 */
export function respell(request: CanonicalRequest): readonly Parameter[] {
  const isMobile = request.subject?.identifier.name === 'mobile';
  const subject = request.subjectParameters.map(
    ([name, value]): Parameter => (isMobile && name === 'identifierValue' ? [name, `+${value}`] : [name, value]),
  );
  return [...subject, ...request.optionParameters];
}
