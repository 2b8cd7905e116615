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
  // Every published payload spells it so.
  ['toabao', 'TAOBAO'],
]);

/**
 * A source in the spellings of look-ups: `mobileApp` is MOBILE_APP, `toabao` is TAOBAO. The list is open: a source that
 * is not documented may be in capitals, as the documented ones are, or as the event writes it.
 */
export function toSources(name: string): readonly string[] {
  const documented = SOURCE_BY_PLAIN_NAME.get(plainName(name));
  const written = name.trim();
  return documented === undefined ? [...new Set([written.toUpperCase(), written])] : [documented];
}
