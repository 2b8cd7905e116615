/** The ratios to the bare SDK read, as measured at the last change of the hit path. */
export interface RecordedRatios {
  /** CPU to the first hit of a fresh process. */
  readonly coldCpu: number;
  /** CPU of a hit on a warm instance, for a caller that accepts gzip. */
  readonly warmCpu: number;
}

/** How much more than the recorded ratio still counts as noise. */
const TOLERANCE = 0.15;

/** The problems of measured ratios, a sentence for each; empty: none. */
export function whatIsSlower(measured: RecordedRatios, recorded: RecordedRatios): readonly string[] {
  return [...judge('Cold', measured.coldCpu, recorded.coldCpu), ...judge('Warm', measured.warmCpu, recorded.warmCpu)];
}

function judge(title: string, measured: number, recorded: number): readonly string[] {
  const limit = recorded * (1 + TOLERANCE);
  if (measured <= limit) return [];
  // A figure that is not a number never passes.
  return [
    `${title}: a hit takes ${measured.toFixed(2)} times the CPU of the bare SDK read; recorded is ${recorded}, ` +
      `allowed are ${limit.toFixed(2)}.`,
  ];
}
