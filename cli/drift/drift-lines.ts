import type { CurveRow, DriftFindings, FreshnessOfShare } from './findings.ts';

/** If the curve is right, one of twenty rows lies outside its 95 % band by chance. More rows are seldom chance. */
const OFF_ROWS = 2;

/** The text about the audits for a person. */
export function driftLines(findings: DriftFindings): readonly string[] {
  const { compared, wrong, skipped, notFound, curve, sections, freshness } = findings;
  const off = curve.filter(({ isOff }) => isOff).length;
  return [
    `hits compared: ${countsOf(compared, wrong)}`,
    ...(notFound.compared === 0 ? [] : [`"not found" compared: ${countsOf(notFound.compared, notFound.wrong)}`]),
    ...(skipped === 0 ? [] : [`audits that compared nothing: ${number(skipped)}`]),
    ...(curve.length === 0 ? [] : ['', ...aligned([HEADINGS, ...curve.map(cellsOf)]), '']),
    ...(sections.length === 0
      ? []
      : [`wrong in: ${sections.map(([name, count]) => `${name} ${number(count)}`).join(', ')}`]),
    ...(curve.length === 0 ? [] : freshnessLines(freshness)),
    ...(off < OFF_ROWS
      ? []
      : [`The fitted curve misses ${off} rows: customers may not all change as often. Trust the rows, not the fit.`]),
  ];
}

function countsOf(compared: number, wrong: number): string {
  const share = compared === 0 ? '' : ` (${percent(wrong / compared)})`;
  return `${number(compared)}, wrong: ${number(wrong)}${share}`;
}

const HEADINGS = ['age when served', 'hits', 'wrong', 'share', '95 % band', 'fitted'] as const;

function cellsOf({ aboveSeconds, upToSeconds, count, wrong, share, band, fitted, isOff }: CurveRow): readonly string[] {
  return [
    upToSeconds === undefined ? `over ${age(aboveSeconds)}` : `up to ${age(upToSeconds)}`,
    number(count),
    number(wrong),
    percent(share),
    `${percent(band[0])} to ${percent(band[1])}`,
    `${percent(fitted)}${isOff ? ' (off)' : ''}`,
  ];
}

/** Aligns the first column to the left, and the others to the right. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

function freshnessLines({ share, seconds, atLeastSeconds, atMostSeconds, isBeyondAudits }: FreshnessOfShare) {
  const wanted = `FRESH_SECONDS at which ${percent(share)} of the hits of that age are wrong`;
  const end = atMostSeconds === undefined ? 'or more' : `to ${number(atMostSeconds)}`;
  return [
    seconds === undefined
      ? `${wanted}: no hit was wrong, so it is ${number(atLeastSeconds)} or more (95 %)`
      : `${wanted}: ${number(seconds)} (95 %: ${number(atLeastSeconds)} ${end})`,
    ...(isBeyondAudits
      ? ['That is older than every hit that was compared: it comes from the fitted curve, and not from a hit.']
      : []),
  ];
}

const number = (value: number): string => value.toLocaleString('en-US');
const age = (seconds: number): string => (seconds < 60 ? `${seconds} s` : `${seconds / 60} min`);
/** At least one decimal, and two digits of a small share. */
const percent = (share: number): string => {
  const value = share * 100;
  return `${value === 0 || value >= 1 ? value.toFixed(1) : Number(value.toPrecision(2))} %`;
};
