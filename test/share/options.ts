import { parseArgs } from 'node:util';
import { SCENARIOS, type Scenario } from './scenarios.ts';

/** The choice of scenarios. */
export interface ShareOptions {
  readonly memoriesMb: readonly number[];
  /** How many cold starts each scenario has, at each memory size. */
  readonly rounds: number;
  readonly scenarios: readonly Scenario[];
  /** How long the upstream takes. Milliseconds. */
  readonly upstreamMs: number;
  /** Whether the instances speak HTTP instead of HTTPS. */
  readonly isPlain: boolean;
}

export const USAGE = `Usage: npm run test:share -- [options]
  --memory MB,MB      the memory sizes (256,512,1024,1769)
  --rounds N          how many cold starts each scenario has; the longer ones have fewer (6)
  --scenario NAME     only those whose name begins so: ${SCENARIOS.map(({ name }) => name).join(', ')}
  --upstream-ms N     how long the upstream takes (200)
  --plain             HTTP instead of HTTPS to everything that an instance talks to`;

/** Reads the command line; undefined if it is wrong. */
export function readOptions(args: readonly string[]): ShareOptions | undefined {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch {
    return undefined;
  }
  const memoriesMb = values.memory.split(',').map(Number);
  const rounds = Number(values.rounds);
  const upstreamMs = Number(values['upstream-ms']);
  const scenarios = SCENARIOS.filter(({ name }) => name.startsWith(values.scenario));
  const areAllowed = [...memoriesMb, rounds, upstreamMs].every((number) => number > 0) && scenarios.length > 0;
  return areAllowed ? { memoriesMb, rounds, scenarios, upstreamMs, isPlain: values.plain } : undefined;
}

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      memory: { type: 'string', default: '256,512,1024,1769' },
      rounds: { type: 'string', default: '6' },
      scenario: { type: 'string', default: '' },
      'upstream-ms': { type: 'string', default: '200' },
      plain: { type: 'boolean', default: false },
    },
  });
  return values;
}
