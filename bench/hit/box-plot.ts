import { type Quartiles, quartiles } from '../statistics.ts';

/** One row of a plot. */
export interface PlotRow {
  readonly name: string;
  /** Each is a dot. Without them the plot shows only the quartiles. */
  readonly values?: readonly number[];
  /** Default: those of the values. */
  readonly quartiles?: Quartiles;
}

/** A plot with one box for each row. */
export interface Plot {
  readonly title: string;
  /** The quantity on the axis. */
  readonly axis: string;
  readonly rows: readonly PlotRow[];
  /** Values with a line, and the label of each. */
  readonly marks?: readonly { readonly at: number; readonly label: string }[];
}

const WIDTH = 760;
const LEFT = 230;
const RIGHT = 70;
const TOP = 64;
const ROW = 46;
const BOX = 18;

/** A box plot as an SVG document: of each row the quartiles, the median and every single value. */
export function boxPlot({ title, axis, rows, marks = [] }: Plot): string {
  const boxes = rows.map((row) => ({ ...row, box: row.quartiles ?? quartiles(row.values ?? []) }));
  const largest = Math.max(
    ...boxes.map(({ box }) => box.upper),
    ...boxes.map(({ box, values = [] }) => Math.max(box.upper, quartiles(values).upper * 1.2 || 0)),
    ...marks.map(({ at }) => at),
  );
  const step = niceStep(largest / 6);
  const end = Math.ceil((largest * 1.05) / step) * step;
  const x = (value: number) => round(LEFT + (Math.min(value, end) / end) * (WIDTH - LEFT - RIGHT));
  const bottom = TOP + rows.length * ROW;
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, n) => n * step);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${bottom + 52}" role="img" font-family="sans-serif" font-size="13">`,
    `<title>${escaped(`${title}: ${axis}`)}</title>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    `<text x="16" y="26" font-size="16" font-weight="bold">${escaped(title)}</text>`,
    ...ticks.flatMap((tick) => [
      `<line x1="${x(tick)}" y1="${TOP}" x2="${x(tick)}" y2="${bottom}" stroke="#e0e0e0"/>`,
      `<text x="${x(tick)}" y="${bottom + 18}" text-anchor="middle" fill="#555555">${Number(tick.toPrecision(6))}</text>`,
    ]),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${bottom + 40}" text-anchor="middle" fill="#555555">${escaped(axis)}</text>`,
    ...marks.flatMap(({ at, label }) => [
      `<line x1="${x(at)}" y1="${TOP - 6}" x2="${x(at)}" y2="${bottom}" stroke="#c04040" stroke-dasharray="4 3"/>`,
      `<text x="${x(at)}" y="${TOP - 10}" text-anchor="middle" fill="#c04040">${escaped(label)}</text>`,
    ]),
    ...boxes.flatMap(({ name, values = [], box }, row) => {
      const middle = TOP + row * ROW + ROW / 2;
      return [
        `<text x="${LEFT - 12}" y="${middle + 4}" text-anchor="end">${escaped(name)}</text>`,
        `<rect x="${x(box.lower)}" y="${middle - BOX / 2}" width="${round(Math.max(1, x(box.upper) - x(box.lower)))}" height="${BOX}" fill="#9ec5e8" stroke="#2b6cb0"/>`,
        ...values
          .filter((value) => value <= end)
          .map((value) => `<circle cx="${x(value)}" cy="${middle}" r="2.2" fill="#1a365d" fill-opacity="0.45"/>`),
        `<line x1="${x(box.median)}" y1="${middle - BOX / 2 - 3}" x2="${x(box.median)}" y2="${middle + BOX / 2 + 3}" stroke="#1a365d" stroke-width="2"/>`,
        `<text x="${WIDTH - RIGHT + 10}" y="${middle + 4}">${box.median.toPrecision(3)}</text>`,
      ];
    }),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

/** The nearest of 1, 2 and 5 with a power of ten that is not smaller. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 5, 10].find((factor) => factor * power >= step) ?? 10) * power;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
