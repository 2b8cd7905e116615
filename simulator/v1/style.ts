import { isArray, isObject, type Json, type RawNumber, rawNumber, textOf } from '../../functions/customer/json/json.ts';

/**
 * The style in which v1.1 writes the values of one customer. Booleans, counters, codes and empties each come in several
 * forms (upstream notes §2). The last digit of the customer's id chooses the form. So a customer's reply is always the
 * same, and the next customer's has other forms.
 */
export interface V1Style {
  /** `"true"`, `true` or `"1"`; `"false"`, `false` or `"0"`. */
  flag(value: boolean): Json;
  /** `"10"` or `10`. */
  counter(value: number): Json;
  /** `"1000"` or `1000`. */
  code(value: number): Json;
  /** A decimal as text or as a number; ten millions and more in scientific notation. Undefined: 0. */
  amount(value: Json | undefined): Json;
  /** An empty value: `""`, `[]`, `null` or `{"field":[]}`. */
  readonly empty: Json;
}

const EMPTIES: readonly Json[] = ['', [], null, { field: [] }];

/** The style of a customer. */
export function styleOf(customerId: string): V1Style {
  const form = Number(customerId.at(-1) ?? 0);
  const isText = form % 2 === 0;
  const written = (text: string): string | RawNumber => (isText ? text : rawNumber(text));
  return {
    flag: (value) => (form % 3 === 0 ? (value ? '1' : '0') : form % 3 === 1 ? String(value) : value),
    counter: (value) => written(String(value)),
    code: (value) => (form % 3 === 0 ? rawNumber(String(value)) : String(value)),
    amount: (value) => written(scientific(textOf(value) ?? '0')),
    empty: EMPTIES[form % EMPTIES.length] ?? null,
  };
}

/** A template in this style: `{"$flag": true}`, `{"$counter": 3}` and `{"$amount": "12.50"}` become values. */
export function inStyle(style: V1Style, template: Json): Json {
  if (isArray(template)) return template.map((element) => inStyle(style, element));
  if (!isObject(template)) return template;
  if ('$flag' in template) return style.flag(template.$flag === true);
  if ('$counter' in template) return style.counter(Number(template.$counter));
  if ('$amount' in template) return style.amount(template.$amount);
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, inStyle(style, value)]));
}

/** A decimal as v1.1's runtime prints a double: `12345678.250` becomes `1.234567825E7`; below 10⁷ it stays as it is. */
function scientific(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole.length < 8) return text;
  const rest = `${whole.slice(1)}${fraction}`.replace(/0+$/, '');
  return `${sign}${whole[0]}.${rest || '0'}E${whole.length - 1}`;
}
