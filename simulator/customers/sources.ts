/** The sources that the documents name (upstream notes §1). [S2]'s list is open. */
const SOURCES =
  'INSTORE MARTJACK WECHAT ALL MAPP_SDK FACEBOOK WEB_ENGAGE TMALL TAOBAO JD ECOMMERCE WEBSITE LINE MOBILE_APP OTHERS';

/** The only source without accounts. A look-up in any other source must name an account [S2]. */
export const INSTORE = 'INSTORE';

/** Finds a customer in any source and account. */
export const ANY_SOURCE = 'ALL';

/** Whether the upstream knows this source. */
export function isSource(text: string): boolean {
  return SOURCES.split(' ').includes(text);
}
