import type { Environment } from '../../functions/settings/settings.ts';
import { type Context, defineCommand } from '../command.ts';
import type { Finding } from '../doctor/finding.ts';
import { type Patient, patientFunction, patientHere } from '../doctor/patient.ts';
import { askHealth, askTime, checkClock, checkService } from '../doctor/reach-checks.ts';
import { checkNode, checkRegion, checkSecrets, checkSettings } from '../doctor/set-up-checks.ts';
import { readFunction } from '../function-settings.ts';
import type { Output } from '../output.ts';
import { text } from '../parameters.ts';
import { PLACE, placeOf } from '../place.ts';
import { readSetRegion } from '../set-region.ts';

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'examine a set-up, and say what is wrong with it and what to do',
  description:
    'It examines Node, settings, secrets, region, the upstream (by one look-up of a made-up customer by each API, with the ' +
    'configured credentials), the table, the clock, and the service. Without --function it examines this shell, as npm start would ' +
    "read it; with it a deployed function, by its configuration and this shell's AWS credentials. It changes nothing.",
  arguments: {},
  options: {
    url: PLACE.url,
    function: text({ value: 'NAME', help: "examine this function: the stack's output HttpFunctionName" }),
  },
  examples: [
    { line: 'doctor', does: 'Examines what npm start would start with.' },
    {
      line: 'doctor --function lookaside-production-http --url https://abcdefghij.execute-api.ap-south-1.amazonaws.com/live/',
      does: 'Examines a deployment.',
    },
  ],
  run: async (given, context) => {
    const { output, progress } = context;
    const findings = await progress.during('Examining', () => examine(given, context));
    const wrongCount = findings.filter(({ state }) => state === 'wrong').length;
    output.say({
      json: { isWell: wrongCount === 0, findings },
      lines: [
        ...findings.flatMap((finding) => linesOf(finding, output)),
        wrongCount === 0 ? 'All is well.' : `${wrongCount === 1 ? '1 thing is' : `${wrongCount} things are`} wrong.`,
      ],
    });
    return wrongCount === 0 ? 'ok' : 'wrong';
  },
});

interface Options {
  readonly url: string | undefined;
  readonly function: string | undefined;
}

async function examine(given: Options, context: Context): Promise<readonly Finding[]> {
  const { environment } = context;
  const place = placeOf({ url: given.url, key: undefined }, context);
  const patient = await patientOf(given.function, environment);
  // Loaded here, because the upstream and the table need much code.
  const [{ checkUpstream }, { checkTable }] = await Promise.all([
    import('../doctor/upstream-check.ts'),
    import('../doctor/table-check.ts'),
  ]);
  const isPlaceAsked = given.url !== undefined;
  const [upstream, table, time, health] = await Promise.all([
    checkUpstream(patient),
    checkTable(patient, environment),
    askTime(patient),
    patient.kind === 'here' || isPlaceAsked ? askHealth(place) : undefined,
  ]);
  const { host } = place.url;
  const [clock, server] = time === undefined && typeof health === 'object' ? [health, host] : [time, 'the upstream'];
  return [
    checkNode(patient, process.versions.node),
    ...checkSettings(patient),
    checkSecrets(patient),
    checkRegion(patient, await regionOf(patient, environment)),
    ...upstream,
    table,
    checkClock(clock, server),
    checkService(health, isPlaceAsked, host),
  ];
}

async function patientOf(functionName: string | undefined, environment: Environment): Promise<Patient> {
  if (functionName === undefined) return patientHere(environment);
  const deployed = await readFunction(functionName, environment);
  return patientFunction(deployed.environment, deployed.runtime);
}

/** The region of this shell, in which the function was found. Undefined: none is set. */
async function regionOf({ kind, settings }: Patient, environment: Environment): Promise<string | undefined> {
  if (kind === 'here' && settings?.upstream.credentials.kind !== 'secret')
    return environment.AWS_REGION?.trim() || undefined;
  return readSetRegion();
}

const STATES = { well: ['ok', 'green'], wrong: ['WRONG', 'red'], skipped: ['skipped', 'grey'] } as const;

function linesOf({ check, state, says, todo }: Finding, { paint }: Pick<Output, 'paint'>): readonly string[] {
  const [word, colour] = STATES[state];
  const line = `${paint(word.padEnd(7), colour)}  ${check.padEnd(8)}  ${says}`;
  return todo === undefined ? [line] : [line, `${' '.repeat(19)}→ ${todo}`];
}
