import type { FreshnessWindows } from '../../../functions/lookup/freshness.ts';
import type { CallLimits } from '../../../functions/lookup/lookup-policy.ts';
import type { Random } from '../random.ts';
import { ALL_TROUBLES, BUSY_TROUBLES, type StoreWeather } from '../store/weather.ts';
import { FAILING, MOODS, ODD, SLOW, STEADILY_SLOW, type UpstreamMood, WELL } from '../upstream/mood.ts';
import { CACHE_TIMEOUT_MS } from './settings.ts';
import type { Theme } from './theme.ts';

/** The troubles that instances may meet, at each step. */
export interface Hazards {
  readonly freezeProbability: number;
  readonly crashProbability: number;
}

/** The world in which a history takes place. */
export interface Scenery {
  readonly mood: UpstreamMood;
  readonly weather: StoreWeather;
  readonly windows: FreshnessWindows;
  readonly hazards: Hazards;
  /** Whether all instances are of one deploy: a revalidation always fills the key of the instance that requested it. */
  readonly isOneDeploy: boolean;
  /** How often the fleet may call the upstream. */
  readonly callLimits: CallLimits | undefined;
  /** How probable it is that the key's secret is being rotated. */
  readonly rotationProbability: number;
}

const NO_HAZARDS: Hazards = { freezeProbability: 0, crashProbability: 0 };

type WeatherParts = Pick<StoreWeather, 'troubleProbability' | 'troubles' | 'rates'>;
const FAIR: WeatherParts = { troubleProbability: 0, troubles: ALL_TROUBLES, rates: undefined };

export function drawScenery(random: Random, theme: Theme, isEventuallyConsistent: boolean): Scenery {
  const rotationProbability = theme === 'unfolding' ? 0.8 : theme === 'definite' ? 0.4 : 0.2;
  return {
    ...drawParts(random, theme, isEventuallyConsistent),
    isOneDeploy: theme === 'slow',
    rotationProbability,
    callLimits: theme === 'budget' ? { v2: random.int(2, 25), 'v1.1': random.int(1, 10) } : undefined,
  };
}

function drawParts(
  random: Random,
  theme: Theme,
  isEventuallyConsistent: boolean,
): Omit<Scenery, 'isOneDeploy' | 'rotationProbability' | 'callLimits'> {
  const weather = (parts: WeatherParts, slowestMs = random.pick([8, 40, CACHE_TIMEOUT_MS - 4])): StoreWeather => ({
    ...parts,
    slowestMs,
    sweepMs: random.pick([2000, 20_000, 200_000]),
    isEventuallyConsistent,
  });
  switch (theme) {
    case 'mixed':
      return {
        mood: random.pick(MOODS),
        weather: weather(anyWeather(random, 2)),
        windows: anyWindows(random),
        hazards: anyHazards(random),
      };
    case 'purging':
      return {
        mood: SLOW,
        weather: weather(anyWeather(random, 8)),
        windows: anyWindows(random),
        hazards: anyHazards(random),
      };
    case 'definite':
      return {
        mood: random.pick([ODD, WELL, SLOW]),
        weather: weather(random.chance(0.5) ? FAIR : busyWeather(random)),
        windows: {
          freshForMs: random.pick([2000, 5000]),
          staleWhileRevalidateMs: random.pick([0, 10_000, 900_000]),
          staleIfErrorMs: random.pick([30_000, 86_400_000]),
          notFoundFreshForMs: random.pick([0, 0, 2000]),
        },
        hazards: random.chance(0.6) ? NO_HAZARDS : anyHazards(random),
      };
    case 'busy-store':
      return {
        mood: random.pick([WELL, SLOW]),
        weather: weather(busyWeather(random)),
        windows: random.chance(0.5)
          ? anyWindows(random)
          : { freshForMs: 2000, staleWhileRevalidateMs: 0, staleIfErrorMs: 86_400_000, notFoundFreshForMs: 2000 },
        hazards: random.chance(0.8) ? NO_HAZARDS : anyHazards(random),
      };
    case 'throttling':
      return {
        mood: random.pick([WELL, WELL, SLOW]),
        weather: weather(random.chance(0.8) ? FAIR : busyWeather(random)),
        windows: { ...anyWindows(random), freshForMs: random.pick([0, 2000]) },
        hazards: NO_HAZARDS,
      };
    case 'marking':
    case 'unfolding':
      return {
        mood: SLOW,
        weather: weather(random.chance(0.7) ? FAIR : anyWeather(random, 2)),
        windows: {
          freshForMs: random.pick([2000, 10_000, 300_000]),
          staleWhileRevalidateMs: random.pick([0, 10_000, 900_000]),
          staleIfErrorMs: 86_400_000,
          notFoundFreshForMs: random.pick([0, 2000]),
        },
        hazards: NO_HAZARDS,
      };
    case 'budget':
      return {
        mood: random.pick([WELL, WELL, SLOW, FAILING]),
        weather: weather(random.chance(0.7) ? FAIR : anyWeather(random, 2), random.pick([8, 40])),
        windows: { ...anyWindows(random), freshForMs: random.pick([0, 2000, 10_000]) },
        hazards: NO_HAZARDS,
      };
    case 'slow':
      return {
        mood: STEADILY_SLOW,
        weather: weather(FAIR, random.pick([8, 40])),
        windows: {
          freshForMs: random.pick([2000, 5000, 10_000]),
          staleWhileRevalidateMs: random.pick([0, 0, 3000]),
          staleIfErrorMs: 86_400_000,
          notFoundFreshForMs: 2000,
        },
        hazards: NO_HAZARDS,
      };
  }
}

/** @param stormWeight how often the store fails much */
function anyWeather(random: Random, stormWeight: number): WeatherParts {
  const troubleProbability = random.weighted([
    [4, 0],
    [3, 0.03],
    [stormWeight, 0.15],
  ]);
  return { ...FAIR, troubleProbability, troubles: random.chance(0.7) ? ALL_TROUBLES : BUSY_TROUBLES };
}

function busyWeather(random: Random): WeatherParts {
  return random.weighted<WeatherParts>([
    [3, { ...FAIR, rates: { reads: random.int(5, 40), writes: random.int(2, 15) } }],
    [2, { ...FAIR, troubleProbability: 0.3, troubles: ['throttled'] }],
    [2, { ...FAIR, troubleProbability: 0.1, troubles: BUSY_TROUBLES }],
    [1, { troubleProbability: 0.05, troubles: BUSY_TROUBLES, rates: { reads: 30, writes: 10 } }],
  ]);
}

function anyWindows(random: Random): FreshnessWindows {
  return {
    freshForMs: random.pick([0, 2000, 2000, 5000, 5000, 10_000, 10_000, 300_000, 300_000]),
    staleWhileRevalidateMs: random.pick([0, 3000, 10_000, 900_000]),
    staleIfErrorMs: random.pick([0, 5000, 30_000, 86_400_000]),
    notFoundFreshForMs: random.pick([0, 2000, 15_000]),
  };
}

function anyHazards(random: Random): Hazards {
  return {
    freezeProbability: random.weighted([
      [5, 0],
      [2, 0.005],
      [1, 0.03],
    ]),
    crashProbability: random.weighted([
      [5, 0],
      [2, 0.003],
      [1, 0.02],
    ]),
  };
}
