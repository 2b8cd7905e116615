/** Where an identifier is registered. An open list in [S2]; these are the ones the documents name (upstream notes §1). */
const SOURCES = new Set([
  'INSTORE',
  'MARTJACK',
  'WECHAT',
  'ALL',
  'MAPP_SDK',
  'FACEBOOK',
  'WEB_ENGAGE',
  'TMALL',
  'TAOBAO',
  'JD',
  'ECOMMERCE',
  'WEBSITE',
  'LINE',
  'MOBILE_APP',
  'OTHERS',
]);

/** The one source without accounts: for every other an account has to be named [S2]. */
export const INSTORE = 'INSTORE';

/** Finds a customer in whatever source and account. */
export const ANY_SOURCE = 'ALL';

/** Whether the upstream knows this source. */
export function isSource(text: string): boolean {
  return SOURCES.has(text);
}
