import { type Context, defineCommand } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { text, wholeNumber } from '../parameters.ts';
import { PLACE, placeOf } from '../place.ts';
import { cloudWatchSource } from '../watch/cloudwatch-source.ts';
import { frameOf, type Watched } from '../watch/frame.ts';
import { localSource } from '../watch/local-source.ts';
import { RunningTally } from '../watch/tally.ts';

/** The default of --every-seconds. The local service has new facts at once, CloudWatch once a minute. Seconds. */
const HERE_SECONDS = 1;
const DEPLOYED_SECONDS = 60;

export const watch = defineCommand({
  name: 'watch',
  summary: 'show how look-ups are answered, as it happens',
  description:
    'Counters by outcome, hit ratio, times, calls to the upstream: a table that renews itself on a terminal, a line each time ' +
    "elsewhere. Here it asks the service of npm start. Of a deployment (--deployment) it reads CloudWatch's metrics, which are " +
    "a minute or two late, with this shell's AWS credentials: they need cloudwatch:GetMetricData. Ctrl-C ends it.",
  arguments: {},
  options: {
    url: PLACE.url,
    deployment: text({
      value: 'ENVIRONMENT',
      help: "read CloudWatch's metrics of this environment, such as production",
    }),
    minutes: wholeNumber(
      { from: 1, to: 60, standIn: 5 },
      { value: 'N', help: 'with --deployment: of how many minutes' },
    ),
    everySeconds: wholeNumber(
      { from: 0, to: 3600, standIn: 0 },
      {
        value: 'N',
        help: `how often to look; 0: every ${HERE_SECONDS} s here, every ${DEPLOYED_SECONDS} s with --deployment`,
      },
    ),
    rounds: wholeNumber(
      { from: 0, to: 1_000_000, standIn: 0 },
      { value: 'N', help: 'how many times; 0: until Ctrl-C' },
    ),
  },
  examples: [
    { line: 'watch', does: 'Watches the service of npm start.' },
    { line: 'watch --deployment production --minutes 15', does: 'Watches a deployment.' },
    { line: 'watch --deployment production --rounds 1 --json', does: 'Says it once, for a script.' },
  ],
  run: async (given, context) => {
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
  },
});

interface Options {
  readonly url: string | undefined;
  readonly deployment: string | undefined;
  readonly minutes: number;
}

interface Source {
  readonly everySeconds: number;
  /** Whether it reports only what happens from now on: at first there is nothing to show. */
  readonly isLive: boolean;
  read(): Promise<Watched>;
  close(): void;
}

async function sourceOf({ url, deployment, minutes }: Options, context: Context): Promise<Source> {
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
      "--deployment is missing: of a deployment CloudWatch's metrics are read, by the environment's name.",
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
