/** How the simulator answers, unless an option or a command says otherwise. */
const DEFAULTS = {
  /** How long a reply takes, in milliseconds. 0: as fast as it goes. */
  latencyMs: 300,
  /** By how much a reply may be faster or slower, in milliseconds. Default: a third of `latencyMs`. */
  jitterMs: 100,
  /** HTTP status of a reply with errors in its body; not documented, 200, 400 and 404 occur [C]. */
  errorStatus: 200,
  /** Calls a minute, per caller and API; 0: no limit. (100 on the upstream's test clusters [P].) */
  rateLimitPerMinute: 0,
  /** Whether v1.1's reply is wrapped in `response`; both occur [C]. */
  isV1Wrapped: true,
  /** Whether v1.1's `customer` is an object if there is one customer; both occur [C]. If not, it is always an array. */
  isV1CustomerObject: false,
  /** Whether v1.1's `customers` is the list of customers itself, without `customer` [P]. */
  isV1CustomersList: false,
};

/** How the simulator answers at the moment. */
export type Behaviour = Readonly<typeof DEFAULTS>;

/** A change of the behaviour by an option or a command. An undefined member does not change anything. */
export type BehaviourChange = { readonly [Name in keyof Behaviour]?: Behaviour[Name] | undefined };

/** The behaviour at the start. */
export function initialBehaviour(options: BehaviourChange): Behaviour {
  return changedBehaviour(DEFAULTS, options);
}

/** The behaviour after a change. A latency brings its own jitter, a third of it, unless the change names one. */
export function changedBehaviour(behaviour: Behaviour, change: BehaviourChange): Behaviour {
  const ownJitter = change.latencyMs === undefined ? {} : { jitterMs: change.latencyMs / 3 };
  const given = Object.entries(change).filter(([name, value]) => Object.hasOwn(DEFAULTS, name) && value !== undefined);
  return { ...behaviour, ...ownJitter, ...Object.fromEntries(given) };
}

/**
 * Draws the latency of one reply, in milliseconds: evenly spread over `latencyMs` ± `jitterMs`, never below zero. It has no
 * long tail: use a fault. Without jitter nothing is drawn.
 */
export function drawLatencyMs({ latencyMs, jitterMs }: Behaviour, random: () => number): number {
  if (jitterMs === 0) return latencyMs;
  return Math.max(0, latencyMs + (random() * 2 - 1) * jitterMs);
}
