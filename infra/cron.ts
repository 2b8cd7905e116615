/** The values of one field of a cron expression. */
interface Field {
  readonly from: number;
  readonly to: number;
  /** Words for the values, beginning with `from`. */
  readonly words?: readonly string[];
  /** Forms that only this field has. */
  readonly own?: RegExp;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** The fields as Application Auto Scaling reads them: minute, hour, day of the month, month, day of the week, year. */
const FIELDS: readonly Field[] = [
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31, own: /^(?:\?|L|LW|\d{1,2}W)$/ },
  { from: 1, to: 12, words: MONTHS },
  { from: 1, to: 7, words: WEEKDAYS, own: /^(?:\?|L|[1-7]L|[1-7]#[1-5])$/ },
  { from: 1970, to: 2199 },
];

const [DAY_OF_MONTH, DAY_OF_WEEK] = [2, 4];

/**
 * Whether AWS accepts this text inside `cron()`. One of the two days must be `?`: AWS refuses an expression that names
 * both days, and `*` counts as naming a day.
 */
export function isCron(text: string): boolean {
  const values = text.split(' ');
  const unnamed = [values[DAY_OF_MONTH], values[DAY_OF_WEEK]].filter((value) => value === '?');
  return (
    values.length === FIELDS.length &&
    unnamed.length === 1 &&
    FIELDS.every((field, position) => isField(values[position] ?? '', field))
  );
}

function isField(value: string, field: Field): boolean {
  return field.own?.test(value) || value.split(',').every((element) => isElement(element, field));
}

/** Whether it is `*`, a value or a range, with or without a step. */
function isElement(element: string, field: Field): boolean {
  const [, range = '', step] = /^([^/]+)(?:\/(\d{1,4}))?$/.exec(element) ?? [];
  if (step !== undefined && Number(step) === 0) return false;
  if (range === '*') return true;
  const ends = range.split('-').map((end) => numberOf(end, field));
  return ends.length <= 2 && ends.every((end) => end >= field.from && end <= field.to);
}

/** The number of a value or a word; NaN: it is neither. */
function numberOf(text: string, { from, words = [] }: Field): number {
  const position = words.indexOf(text.toUpperCase());
  if (position !== -1) return from + position;
  return /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
}
