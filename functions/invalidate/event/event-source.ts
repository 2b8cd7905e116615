import { INSTORE } from '../../customer/request/sources.ts';
import { plainName } from './event-objects.ts';

/** The source of an identifier, if the event names none. */
export const DEFAULT_SOURCE = INSTORE;

/** The documented sources ([S2] and [P], upstream notes §1). */
const SOURCES = (
  `${DEFAULT_SOURCE} MARTJACK WECHAT ALL MAPP_SDK FACEBOOK WEB_ENGAGE TMALL TAOBAO JD ` +
  'ECOMMERCE WEBSITE LINE MOBILE_APP OTHERS'
).split(' ');

const SOURCE_BY_PLAIN_NAME = new Map<string, string>([
  ...SOURCES.map((source): [string, string] => [plainName(source), source]),
  // Every published payload has this spelling.
  ['toabao', 'TAOBAO'],
]);

/**
 * A source as a look-up names it: `mobileApp` is MOBILE_APP, `toabao` is TAOBAO. The list is open. The letter case does not
 * matter (`partitionKey`).
 */
export function toSource(name: string): string {
  return SOURCE_BY_PLAIN_NAME.get(plainName(name)) ?? name.trim();
}
