import type { Context } from '../command.ts';
import { type Exit, UsageError } from '../exit-codes.ts';
import { placeOf } from '../place.ts';
import { cloudWatchSource } from './cloudwatch-source.ts';
import { DEPLOYED_SECONDS, HERE_SECONDS } from './every-seconds.ts';
import { frameOf, type Watched } from './frame.ts';
import { localSource } from './local-source.ts';
import { RunningTally } from './tally.ts';

interface SourceOptions {
  readonly url: string | undefined;
  readonly deployment: string | undefined;
  readonly minutes: number;
}

interface Options extends SourceOptions {
  /** 0: the source's own. */
  readonly everySeconds: number;
  /** 0: until Ctrl-C. */
  readonly rounds: number;
}

/** Shows how look-ups are answered, as it happens. */
export async function runWatch(given: Options, context: Context): Promise<Exit> {
  const { output } = context;
  const source = await sourceOf(given, context);
  const everySeconds = given.everySeconds || source.everySeconds;
  try {
    if (source.isLive) await context.sleep(everySeconds * 1000);
    for (let round = 1; ; round++) {
      output.show(frameOf(await source.read(), output));
      if (round === given.rounds) return 'ok';
      await context.sleep(everySeconds * 1000);
    }
  } finally {
    source.close();
  }
}

interface Source {
  readonly everySeconds: number;
  /** Whether it reports only what happens from now on: at first there is nothing to show. */
  readonly isLive: boolean;
  read(): Promise<Watched>;
  close(): void;
}

async function sourceOf({ url, deployment, minutes }: SourceOptions, context: Context): Promise<Source> {
  if (deployment !== undefined) {
    const source = await cloudWatchSource(deployment);
    return {
      everySeconds: DEPLOYED_SECONDS,
      isLive: false,
      read: async () => ({ of: deployment, seconds: minutes * 60, tally: await source.read(minutes, context.now()) }),
      close: source.close,
    };
  }
  const place = placeOf({ url, key: undefined }, context);
  if (!place.isHere) {
    throw new UsageError(
      "--deployment is missing: for a deployment the command reads CloudWatch's metrics, by the environment's name.",
    );
  }
  const read = localSource(place);
  // Requests from before the start of the command do not count.
  const { now: startedAt } = await read();
  const total = new RunningTally();
  let lastAt = startedAt;
  return {
    everySeconds: HERE_SECONDS,
    isLive: true,
    read: async () => {
      const { requests, now } = await read();
      const seconds = secondsBetween(lastAt, now);
      lastAt = now;
      return {
        of: place.url.origin,
        seconds,
        tally: new RunningTally().add(requests).tally(),
        total: { seconds: secondsBetween(startedAt, now), tally: total.add(requests).tally() },
      };
    },
    close: () => undefined,
  };
}

function secondsBetween(from: number, to: number): number {
  return Math.round((to - from) / 1000);
}
