import { expect, test } from '@jest/globals';
import { isObject } from '../../../../functions/customer/json/json.ts';
import { readCapillaryEvent } from '../../../../functions/invalidate/event/capillary-event.ts';
import { parseWithTexts } from '../../../../functions/invalidate/event/event-json.ts';
import { cpuMs, fastestOf } from '../../../support/fastest.ts';

const LENGTH = 128 * 1024;
const filled = (piece: string) => piece.repeat(Math.floor(LENGTH / piece.length));
/** A list of this number of elements. */
const listOf = (piece: string) => `{"a":[${filled(`${piece},`)}1]}`;
const nested = (name: string) => `${filled(`{"${name}":`)}1${'}'.repeat(Math.floor(LENGTH / (name.length + 4)))}`;

/** An object in a text, in an object in a text, and so on. */
function textsWithin(name: string): string {
  let json = '{"id":1}';
  for (;;) {
    const outer = JSON.stringify({ [name]: json });
    if (outer.length > LENGTH) return json;
    json = outer;
  }
}

/** The worst input of each part of the reader. With quadratic time, any of them would take ten seconds or more. */
test.each<[string, string]>([
  ['brackets', `{"a":${'['.repeat(LENGTH / 2)}${']'.repeat(LENGTH / 2)}}`],
  ['empty objects', listOf('{}')],
  ['numbers', listOf('1')],
  ['one long number', `{"customerId":${'1'.repeat(LENGTH)}}`],
  ['one long number as a name', `{${'1'.repeat(LENGTH)}:1}`],
  ['minus signs', `{"a":${'-'.repeat(LENGTH)}}`],
  ['numbers and spaces', `{"a":${filled('1 ')}}`],
  ['a number, spaces and a colon', `{"a":1${' '.repeat(LENGTH)}:1}`],
  ['quotes', `{"a":${'"'.repeat(LENGTH)}}`],
  ['backslashes', `{"a":"${'\\\\'.repeat(LENGTH / 2)}"}`],
  ['a long name', `{"${'a'.repeat(LENGTH)}":1}`],
  ['a long name of an event', `{"eventName":"${' '.repeat(LENGTH)}1"}`],
  ['an id within spaces', `{"customerId":"${' '.repeat(LENGTH / 2)}1${' '.repeat(LENGTH / 2)}"}`],
  ['mobiles', listOf('{"mobile":1}')],
  ['mobiles in one object', `{${filled('"mobile":1,')}"a":1}`],
  ['types and values in one object', `{"identifiers":[{${filled('"type":"mobile","value":1,')}"a":1}]}`],
  ['names with escapes in one object', `{${filled('"\\u0061":"",')}"a":1}`],
  ['beginnings of objects', filled('{')],
  ['customers', listOf('{"customerIdentifiers":{"instore":{"mobile":1}}}')],
  ['customers within customers', nested('customerIdentifiers')],
  ['customers within customers, as objects', nested('customer')],
  ['identifiers within identifiers', `{"customerIdentifiers":${nested('identifiers')}}`],
  ['bodies within bodies', nested('body')],
  ['texts that hold JSON', listOf('{"body":"{\\"a\\":1}"}')],
  ['texts that only begin as JSON does', listOf('"{"')],
  ['a text of brackets', `{"mobile":"${'['.repeat(LENGTH)}"}`],
  ['a text of escaped quotes', `{"mobile":"${'\\"'.repeat(LENGTH / 2)}"}`],
  ['texts within texts', textsWithin('customer')],
])('128 KiB of %s are read in linear time', async (_title, text) => {
  const read = () => {
    const event = parseWithTexts(text);
    if (event !== undefined && isObject(event)) readCapillaryEvent(event);
  };
  expect(await fastestOf(2000, () => cpuMs(read))).toBeLessThan(2000);
});
