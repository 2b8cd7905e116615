import type { Environment } from '../../functions/settings/settings.ts';
import type { Context } from '../command.ts';
import { counted } from '../counted.ts';
import type { Exit } from '../exit-codes.ts';
import { readFunction } from '../function-settings.ts';
import type { Output } from '../output.ts';
import { placeOf } from '../place.ts';
import { readSetRegion } from '../set-region.ts';
import type { Finding } from './finding.ts';
import { type Patient, patientFunction, patientHere } from './patient.ts';
import { askHealth, askTime, checkClock, checkService } from './reach-checks.ts';
import { checkNode, checkRegion, checkSecrets, checkSettings } from './set-up-checks.ts';
import { checkTable } from './table-check.ts';
import { checkUpstream } from './upstream-check.ts';

interface Options {
  readonly url: string | undefined;
  readonly function: string | undefined;
}

/** Examines a set-up, and says what is wrong with it. */
export async function runDoctor(given: Options, context: Context): Promise<Exit> {
  const { output, progress } = context;
  const findings = await progress.during('Examining', () => examine(given, context));
  const wrongCount = findings.filter(({ state }) => state === 'wrong').length;
  output.say({
    json: { isWell: wrongCount === 0, findings },
    lines: [
      ...findings.flatMap((finding) => linesOf(finding, output)),
      wrongCount === 0 ? 'All is well.' : `${counted(wrongCount, 'thing is', 'things are')} wrong.`,
    ],
  });
  return wrongCount === 0 ? 'ok' : 'wrong';
}

async function examine(given: Options, context: Context): Promise<readonly Finding[]> {
  const { environment } = context;
  const place = placeOf({ url: given.url, key: undefined }, context);
  const patient = await patientOf(given.function, environment);
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
