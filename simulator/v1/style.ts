import { type Json, rawNumber, textOf } from '../../functions/customer/json/json.ts';

/**
 * The style in which v1.1 writes the values of one customer. Booleans, counters, codes and empties each come in several
 * forms (upstream notes §2). The last digit of the customer's id chooses the form. So a customer's reply is always the
 * same, and the next customer's has other forms. Templates name the members in their gaps.
 */
export type V1Style = {
  /** `"true"`, `true` or `"1"`. */
  readonly yes: Json;
  /** `"false"`, `false` or `"0"`. */
  readonly no: Json;
  /** `"10"` or `10`. */
  counter(value: Json | undefined): Json;
  /** `"1000"` or `1000`. */
  code(value: Json | undefined): Json;
  /** A decimal as text or as a number; ten millions and more in scientific notation. Undefined: 0. */
  amount(value: Json | undefined): Json;
  /** An empty value: `""`, `[]`, `null` or `{"field":[]}`. */
  readonly empty: Json;
};

const EMPTIES: readonly Json[] = ['', [], null, { field: [] }];

/** The style of a customer. */
export function styleOf(customerId: string): V1Style {
  const form = Number(customerId.at(-1) ?? 0);
  const [yes = '', no = ''] = [['1', '0'] as const, ['true', 'false'] as const, [true, false] as const][form % 3] ?? [];
  const written = (text: string): Json => (form % 2 === 0 ? text : rawNumber(text));
  return {
    yes,
    no,
    counter: (value) => written(textOf(value) ?? '0'),
    code: (value) => (form % 3 === 0 ? rawNumber(textOf(value) ?? '0') : (textOf(value) ?? '0')),
    amount: (value) => written(scientific(textOf(value) ?? '0')),
    empty: EMPTIES[form % EMPTIES.length] ?? null,
  };
}

/** A decimal as v1.1's runtime prints a double: `12345678.250` becomes `1.234567825E7`; below 10⁷ it stays as it is. */
function scientific(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole.length < 8) return text;
  const rest = `${whole.slice(1)}${fraction}`.replace(/0+$/, '');
  return `${sign}${whole[0]}.${rest || '0'}E${whole.length - 1}`;
}
