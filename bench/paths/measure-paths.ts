import { startCold } from '../hit/cold.ts';
import { type Call, runCalls } from '../hit/warm.ts';
import { type Quartiles, quartiles, ratios } from '../statistics.ts';
import { assertTaken } from './check-path.ts';
import { HIT, PATHS, type Path, type Requests } from './paths.ts';
import { openPathsWorld, type PathsWorld } from './paths-world.ts';

/** The cost of one path. */
export interface PathFigures {
  readonly name: string;
  /** The CPU time of a call in a process that is warm. Milliseconds. */
  readonly warmCpuMs: Quartiles;
  /** How many times as much as a hit that took turns with it in the same process, round by round. */
  readonly toHit: Quartiles;
  /** The CPU time of the first event in a fresh process, after the import of the bundle. Milliseconds. */
  readonly coldCpuMs: Quartiles;
  /** The requests of a call, by their names: operations of DynamoDB, `Invoke` of Lambda, `upstream`. */
  readonly requests: Requests;
}

/** The results of the part. */
export interface PathsFigures {
  readonly paths: readonly PathFigures[];
}

/** How much to measure. */
export interface PathsOptions {
  /** The paths. Default: all. */
  readonly paths?: readonly Path[];
  /** The measured rounds of each warm process. Half as many before them warm it up. */
  readonly rounds: number;
  /** The measured cold processes of each path. One more before them reads the files from the disk. */
  readonly coldStarts: number;
  /** Gets the number of paths that are measured. */
  readonly onPath: (done: number) => void;
}

/**
 * Measures the paths, one after the other, each in processes of its own.
 *
 * @throws {Error} if a call did not take its path
 */
export async function measurePaths({ paths = PATHS, onPath, ...lengths }: PathsOptions): Promise<PathsFigures> {
  await using stack = new AsyncDisposableStack();
  const world = stack.adopt(await openPathsWorld(), (each) => each.close());
  const figures: PathFigures[] = [];
  let nextNumber = 0;
  const nextEvent = (path: Path) => {
    nextNumber += 1;
    return path.eventOf(nextNumber);
  };
  for (const path of paths) {
    const warm = await measureWarmPath(world, path, lengths.rounds, nextEvent);
    const coldCpuMs = await measureColdPath(world, path, lengths.coldStarts, nextEvent);
    figures.push({ name: path.name, ...warm, coldCpuMs: quartiles(coldCpuMs), requests: path.requests });
    onPath(figures.length);
  }
  return { paths: figures };
}

type NextEvent = (path: Path) => Call['event'];

async function measureWarmPath(world: PathsWorld, path: Path, rounds: number, nextEvent: NextEvent) {
  const { bundles, environment } = world;
  const warmUpRounds = Math.ceil(rounds / 2);
  const { callsPerRound } = path;
  const calls = (warmUpRounds + rounds) * callsPerRound;
  const events = Array.from({ length: calls }, () => nextEvent(path));
  const [event = {}] = events;
  world.takeRequests();
  const startedAt = performance.now();
  const [own, hit] = await runCalls({
    environment,
    calls: [
      { bundle: bundles[path.entry], event, events },
      { bundle: bundles[HIT.entry], event: HIT.eventOf(0) },
    ],
    rounds,
    callsPerRound,
    warmUpRounds,
  });
  assertTaken(HIT, { outcomes: hit?.outcomes ?? [], requests: [], calls: 0, seconds: 0 });
  assertTaken(path, {
    outcomes: own?.outcomes ?? [],
    requests: withoutHits(world.takeRequests(), calls),
    calls,
    seconds: secondsSince(startedAt),
  });
  const cpuMs = (own?.cpuUs ?? []).map((cpuUs) => cpuUs / 1000);
  return { warmCpuMs: quartiles(cpuMs), toHit: quartiles(ratios(own?.cpuUs ?? [], hit?.cpuUs ?? [])) };
}

async function measureColdPath(world: PathsWorld, path: Path, starts: number, nextEvent: NextEvent) {
  const cpuMs: number[] = [];
  for (let start = 0; start <= starts; start += 1) {
    world.takeRequests();
    const startedAt = performance.now();
    const call: Call = { bundle: world.bundles[path.entry], event: nextEvent(path) };
    const { outcome, firstCpuMs } = await startCold(call, world.environment);
    const seconds = secondsSince(startedAt);
    assertTaken(path, { outcomes: [outcome], requests: world.takeRequests(), calls: 1, seconds });
    if (start > 0) cpuMs.push(firstCpuMs);
  }
  return cpuMs;
}

/** @param startedAt by `performance.now` */
function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

/** The requests without those of so many hits. */
function withoutHits(requests: readonly string[], hits: number): readonly string[] {
  let left = hits;
  return requests.filter((name) => name !== 'GetItem' || left-- <= 0);
}
