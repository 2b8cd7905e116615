/** A look-up of the page, without options. */
export const EMPTY_ASKED = {
  api: 'v2',
  identifierName: 'mobile',
  identifierValue: '+91 12345',
  source: 'INSTORE',
  accountId: '',
  hasCoupons: false,
  cacheControl: '',
  apiKey: '',
} as const;
