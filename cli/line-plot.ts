/** A line through points, with its name. */
export interface Series {
  readonly name: string;
  /** In the order of x. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A plot with lines over one axis. */
export interface LinePlot {
  readonly title: string;
  /** The quantities on the axes, with the unit. */
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  /** The largest y. Default: a little more than the largest drawn value. */
  readonly most?: number;
  /** A value of y with a dashed line, and its label. */
  readonly mark?: { readonly at: number; readonly label: string };
}

const [WIDTH, HEIGHT] = [720, 360];
const FRAME = { left: 70, right: 170, top: 48, bottom: 56 } as const;
const COLOURS = ['#1f5fa8', '#b3541e', '#2f7d4f', '#7a3e9d'] as const;
const TICKS = 5;
const LABEL_HEIGHT = 16;

/**
 * Lines as an SVG document. The x axis has a tick for each point: the points may lie at any distance from each other.
 */
export function linePlot({ title, x, y, series, most, mark }: LinePlot): string {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))].sort((left, right) => left - right);
  const top =
    most ?? niceCeiling(Math.max(mark?.at ?? 0, ...series.flatMap(({ points }) => points.map(([, at]) => at))));
  const right = WIDTH - FRAME.right;
  const bottom = HEIGHT - FRAME.bottom;
  const atX = (value: number) =>
    round(FRAME.left + (xs.indexOf(value) / Math.max(1, xs.length - 1)) * (right - FRAME.left));
  const atY = (value: number) => round(bottom - (Math.min(value, top) / top) * (bottom - FRAME.top));
  const ends = [...series.map(({ points }) => points.at(-1)?.[1] ?? 0), ...(mark === undefined ? [] : [mark.at])];
  const labels = apart(ends.map((at) => atY(at) + 4));
  const ticks = Array.from({ length: TICKS + 1 }, (_, n) => (top * n) / TICKS);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="sans-serif" font-size="13">`,
    `<title>${escaped(`${title}: ${y} by ${x}`)}</title>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    `<text x="16" y="26" font-size="16" font-weight="bold">${escaped(title)}</text>`,
    ...ticks.flatMap((tick) => [
      `<line x1="${FRAME.left}" y1="${atY(tick)}" x2="${right}" y2="${atY(tick)}" stroke="#e0e0e0"/>`,
      `<text x="${FRAME.left - 8}" y="${atY(tick) + 4}" text-anchor="end" fill="#555555">${short(tick)}</text>`,
    ]),
    ...xs.map(
      (at) => `<text x="${atX(at)}" y="${bottom + 18}" text-anchor="middle" fill="#555555">${short(at)}</text>`,
    ),
    `<text x="${(FRAME.left + right) / 2}" y="${HEIGHT - 14}" text-anchor="middle" fill="#555555">${escaped(x)}</text>`,
    `<text transform="translate(18 ${(FRAME.top + bottom) / 2}) rotate(-90)" text-anchor="middle" fill="#555555">${escaped(y)}</text>`,
    ...(mark === undefined
      ? []
      : [
          `<line x1="${FRAME.left}" y1="${atY(mark.at)}" x2="${right}" y2="${atY(mark.at)}" stroke="#c04040" stroke-dasharray="4 3"/>`,
          `<text x="${right + 8}" y="${labels[series.length]}" fill="#c04040">${escaped(mark.label)}</text>`,
        ]),
    ...series.flatMap(({ name, points }, index) => {
      const colour = COLOURS[index % COLOURS.length];
      return [
        `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(([px, py]) => `${atX(px)},${atY(py)}`).join(' ')}"/>`,
        ...points.map(([px, py]) => `<circle cx="${atX(px)}" cy="${atY(py)}" r="3" fill="${colour}"/>`),
        `<text x="${right + 8}" y="${labels[index]}" fill="${colour}">${escaped(name)}</text>`,
      ];
    }),
    '</svg>',
    '',
  ].join('\n');
}

/** Heights of labels, moved down where two of them would overlap. */
function apart(heights: readonly number[]): readonly number[] {
  const placed = [...heights];
  let free = Number.NEGATIVE_INFINITY;
  for (const index of placed
    .keys()
    .toArray()
    .sort((one, other) => (heights[one] ?? 0) - (heights[other] ?? 0))) {
    free = Math.max(free, heights[index] ?? 0);
    placed[index] = free;
    free += LABEL_HEIGHT;
  }
  return placed;
}

/** The next of 1, 2, 2.5, 5 and 10 times a power of ten. */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return (([1, 2, 2.5, 5, 10] as const).find((step) => step * power >= value * 1.02) ?? 20) * power;
}

function short(value: number): string {
  if (value >= 10_000) return `${Number((value / 1000).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
