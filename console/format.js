const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A duration in its two largest units: `4 min 12 s`.
 *
 * @param {number} ms milliseconds; a negative one counts as 0
 */
export function duration(ms) {
  const rest = Math.max(0, ms);
  if (rest >= DAY) return units(rest, DAY, 'd', HOUR, 'h');
  if (rest >= HOUR) return units(rest, HOUR, 'h', MINUTE, 'min');
  if (rest >= MINUTE) return units(rest, MINUTE, 'min', SECOND, 's');
  return `${Math.floor(rest / SECOND)} s`;
}

/**
 * When something may be done that has to wait: `in 12 s`, and `now` when the wait is over.
 *
 * @param {number} ms milliseconds that are left
 */
export function waitOf(ms) {
  return ms <= 0 ? 'now' : `in ${duration(Math.ceil(ms / SECOND) * SECOND)}`;
}

/**
 * @param {number} ms
 * @param {number} large
 * @param {string} largeName
 * @param {number} small
 * @param {string} smallName
 */
function units(ms, large, largeName, small, smallName) {
  const whole = Math.floor(ms / large);
  const rest = Math.floor((ms % large) / small);
  return rest === 0 ? `${whole} ${largeName}` : `${whole} ${largeName} ${rest} ${smallName}`;
}

/**
 * Milliseconds for people: `12 ms`, `1.2 s`.
 *
 * @param {number | undefined} ms
 */
export function milliseconds(ms) {
  if (ms === undefined) return '–';
  const whole = Math.round(ms);
  return whole < 1000 ? `${whole} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** @param {number} count */
export function bytes(count) {
  return count < 1024 ? `${count} B` : `${(count / 1024).toFixed(1)} KB`;
}

/**
 * The digits of a number, with groups and without needless zeros behind the point: `95827.0` → `95,827`.
 *
 * @param {unknown} value
 */
export function amount(value) {
  const text = String(value ?? '');
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === '') return text;
  const shown = fraction.replace(/0+$/, '');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${sign}${grouped}${shown === '' ? '' : `.${shown.padEnd(2, '0')}`}`;
}

/**
 * The day of an instant or a date, as it is written: `26 Mar 2125`. The text itself if it holds no date.
 *
 * @param {unknown} value
 */
export function day(value) {
  const text = String(value ?? '');
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})/.exec(text) ?? [];
  const name = MONTHS[Number(month) - 1];
  return name === undefined ? text : `${Number(date)} ${name} ${year}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The first letters of a name's first and last word, each with its marks: `श्रीदेवी कपूर` → `श्रीक`.
 *
 * @param {string} name
 */
export function initials(name) {
  const words = name.split(/\s+/).flatMap((word) => firstLetter(word) ?? []);
  return (words.length > 1 ? [words[0], words.at(-1)] : words).join('');
}

/** @param {string} word */
function firstLetter(word) {
  return [...LETTERS.segment(word)].find(({ segment }) => /\p{L}/u.test(segment))?.segment;
}

/** One letter, as a reader sees it, may be several characters: a consonant and its vowel sign. */
const LETTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * The time of day as the terminal of `npm start` writes it, whatever the language of the browser is: `17:04:02`.
 *
 * @param {number} at epoch milliseconds
 */
export function clockTime(at) {
  return new Date(at).toTimeString().slice(0, '17:04:02'.length);
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function counted(count, one, many = `${one}s`) {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}
