import { cpuMs } from './fastest.ts';

/** The limit for a run's use of this process's CPU. Milliseconds. */
const ALLOWED_MS = 50;

/** A machine may be slower than the limit assumes by this factor, if the time grows no faster than the input. */
const SLOWEST_MACHINE = 10;

/** A quarter of the input takes a quarter of linear time, and a sixteenth of quadratic time. This lies between them. */
const MOST_GROWTH = 8;

/** How often both are measured, at least before their growth counts, and at most. */
const RUNS = { fewest: 3, most: 12 };

/** Measures a run's use of the CPU. Milliseconds. */
type Meter = (run: () => unknown) => Promise<number>;

/** A text, or a list. */
interface Sliceable<Self> {
  readonly length: number;
  slice(start: number, end: number): Self;
}

/** @see growthOf */
interface GrowthOptions<Input> {
  /** The time of the whole input beyond the other work. Milliseconds of CPU. Default 50. */
  readonly allowedMs?: number;
  /** Other work on the same input that does not count, such as JSON.parse. Default: none. */
  readonly besides?: (input: Input) => unknown;
  /** Default: the CPU time of this process. */
  readonly meter?: Meter;
}

/**
 * Whether a run takes linear time on this input: 'linear', or the figures that say otherwise.
 * Almost every run is faster than the limit, and that is enough. Other programs, the compiler's threads and the garbage
 * collector make a run look slower, and never faster. So a slower run is repeated, and its fastest time counts. If the
 * machine is slow, a quarter of the input is slow too: then the growth from the quarter to the whole decides.
 */
export async function growthOf<Input extends Sliceable<Input>>(
  run: (input: Input) => unknown,
  whole: Input,
  { allowedMs = ALLOWED_MS, besides, meter = cpuMs }: GrowthOptions<Input> = {},
): Promise<string> {
  const quarter = whole.slice(0, whole.length / 4);
  const fastestMs = {
    whole: Number.POSITIVE_INFINITY,
    besides: besides ? Number.POSITIVE_INFINITY : 0,
    quarter: Number.POSITIVE_INFINITY,
  };
  for (let count = 1; count <= RUNS.most; count += 1) {
    fastestMs.whole = Math.min(fastestMs.whole, await meter(() => run(whole)));
    if (besides) fastestMs.besides = Math.min(fastestMs.besides, await meter(() => besides(whole)));
    const tookMs = fastestMs.whole - fastestMs.besides;
    if (tookMs < allowedMs) return 'linear';

    fastestMs.quarter = Math.min(fastestMs.quarter, await meter(() => run(quarter)));
    const isFastEnough = tookMs < allowedMs * SLOWEST_MACHINE;
    if (count >= RUNS.fewest && isFastEnough && fastestMs.whole < fastestMs.quarter * MOST_GROWTH) return 'linear';
  }
  return `${fastestMs.whole} ms for the whole, ${fastestMs.quarter} ms for a quarter`;
}
