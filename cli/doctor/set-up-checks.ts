import { secretRegionOf } from '../../functions/adapters/secrets-manager/secret-region.ts';
import { describeMisspelt, misspeltNames } from '../../functions/settings/misspelt-names.ts';
import { type Finding, skipped, well, wrong } from './finding.ts';
import type { Patient } from './patient.ts';

/** The oldest runtime that keeps the digits of numbers (functions/required-runtime.ts). */
const OLDEST_RUNTIME = 22;
/** The oldest Node that runs the project's TypeScript. */
const OLDEST_HERE = 24;

/** @param nodeVersion of this process: `24.21.0` */
export function checkNode({ runtime }: Pick<Patient, 'runtime'>, nodeVersion: string): Finding {
  if (runtime === undefined) {
    if (Number.parseInt(nodeVersion, 10) >= OLDEST_HERE) return well('node', `Node.js ${nodeVersion}`);
    return wrong(
      'node',
      `This is Node.js ${nodeVersion}; allowed is ${OLDEST_HERE} or newer.`,
      'Run npm ci in the project: it brings its own Node.',
    );
  }
  const [, major = ''] = /^nodejs(\d+)\./.exec(runtime) ?? [];
  if (Number(major) >= OLDEST_RUNTIME) return well('node', `the function runs on ${runtime}`);
  return wrong(
    'node',
    `The function runs on ${runtime}, which loses the digits of long numbers; allowed is nodejs${OLDEST_RUNTIME}.x or newer.`,
    'Deploy the stack again: infra/lookaside-function.ts sets nodejs24.x.',
  );
}

/** Every wrong setting is a separate finding, and so is every name that is close to a setting's. */
export function checkSettings({ problems, environment, names, kind }: Patient): readonly Finding[] {
  const where = kind === 'here' ? 'in the environment, or leave it out' : 'in infra/environments.ts, and deploy';
  const found = [
    ...problems.map((problem) =>
      wrong('settings', problem, `Correct it ${where}: docs/settings.md lists what is allowed.`),
    ),
    ...misspeltNames(environment, names).map((name) =>
      wrong('settings', describeMisspelt(name), 'A setting under a wrong name has no effect.'),
    ),
  ];
  return found.length > 0
    ? found
    : [well('settings', kind === 'here' ? 'all are allowed' : 'all of the function are allowed')];
}

/** An attacker can find a shorter key by trying. Characters. */
const MIN_SECRET_LENGTH = 16;

const TAKE_ANOTHER =
  'Take a random one (openssl rand -base64 32). To rotate one that is in use: docs/deploying.md, Changing secrets.';

/** The service's own secret that protects the keys. */
export function checkSecrets({ settings, environment, isSimulated }: Patient): Finding {
  if (settings === undefined) return skipped('secrets', 'the settings are wrong');
  const { keySecrets } = settings.cache;
  if (!environment.CACHE_KEY_SECRET?.trim()) {
    // Plain HTTP is allowed on this machine only: the upstream there is a simulator.
    if (!isSimulated && !settings.upstream.baseUrl.startsWith('http:')) {
      return wrong(
        'secrets',
        'CACHE_KEY_SECRET is missing, and the upstream has real customers: with the fixed one of this machine, a reader of the ' +
          'table can find their phone numbers.',
        TAKE_ANOTHER,
      );
    }
    return well('secrets', 'CACHE_KEY_SECRET is the fixed one of this machine: it protects made-up customers only');
  }
  if (keySecrets.some((secret) => secret.length < MIN_SECRET_LENGTH)) {
    return wrong(
      'secrets',
      `CACHE_KEY_SECRET is shorter than ${MIN_SECRET_LENGTH} characters: a person who reads the table can guess it, and then find the phone numbers.`,
      TAKE_ANOTHER,
    );
  }
  const rotating = keySecrets.length > 1 ? `, ${keySecrets.length} of them: it is being rotated` : '';
  return well('secrets', `CACHE_KEY_SECRET is set${rotating}`);
}

/** @param region of the function, or of this shell; undefined: none is set */
export function checkRegion({ settings, kind, environment }: Patient, region: string | undefined): Finding {
  if (settings === undefined) return skipped('region', 'the settings are wrong');
  const { credentials } = settings.upstream;
  const secretRegion = credentials.kind === 'secret' ? secretRegionOf(credentials.arn) : undefined;
  const needsNone =
    kind === 'here' && credentials.kind === 'inline' && !environment.AWS_ENDPOINT_URL_DYNAMODB?.startsWith('https');
  if (needsNone) return well('region', 'none is needed: AWS is not asked');
  if (region === undefined && secretRegion === undefined) {
    return wrong(
      'region',
      'No region is set, and AWS is asked.',
      'Set AWS_REGION, or AWS_PROFILE to a profile that has one.',
    );
  }
  if (region !== undefined && secretRegion !== undefined && region !== secretRegion) {
    return wrong(
      'region',
      `The upstream's credentials are in ${secretRegion}, and the region is ${region}.`,
      `Set AWS_REGION=${secretRegion} if that is the deployment; if not, give the secret of ${region}.`,
    );
  }
  return well('region', region ?? secretRegion ?? '');
}
