import { createCapillaryUpstream } from '../../functions/adapters/capillary/capillary-upstream-over-http.ts';
import { systemClock } from '../../functions/adapters/system-clock.ts';
import type { Credentials } from '../../functions/credentials.ts';
import { APIS, type Api, type CanonicalRequest } from '../../functions/customer/request/canonical-request.ts';
import { readV1Request } from '../../functions/customer/v1/v1-request.ts';
import { readV2Request } from '../../functions/customer/v2/v2-request.ts';
import type { FailureKind, UpstreamAnswer } from '../../functions/lookup/upstream.ts';
import { requestReading } from '../../functions/request-reading.ts';
import type { CredentialsSource, Settings } from '../../functions/settings/settings.ts';
import { lookupAddress, madeUp } from '../../functions/smoke/identifier.ts';
import { isRefusedIdentity } from '../aws-failure.ts';
import { type Finding, skipped, well, wrong } from './finding.ts';
import type { Patient } from './patient.ts';

/** The meaning of each failure, and what to do. */
const FAILURES: Readonly<Record<FailureKind, readonly [says: string, todo: string]>> = {
  connection: [
    'It cannot be reached from this machine.',
    'Check UPSTREAM_BASE_URL (scheme, host, port), DNS, the certificate, and whether a firewall or an allow-list blocks this machine.',
  ],
  timeout: [
    'It does not answer within UPSTREAM_TIMEOUT_MS.',
    'It is slow (raise UPSTREAM_TIMEOUT_MS), or the network drops the packets to it: check the network and allow-lists.',
  ],
  throttled: [
    'It throttles (429): its quota is used up.',
    'Wait a minute, or ask for a higher quota; other programs may use the same credentials.',
  ],
  'server-error': [
    'It fails (5xx).',
    'Wait. Meanwhile Lookaside serves stale entries. If it does not end, ask the people of the upstream.',
  ],
  invalid: [
    "Something else answers: the reply is not one of the upstream's API.",
    'Check UPSTREAM_BASE_URL: scheme and host, without the path of a look-up; a proxy or a login page may answer in its place.',
  ],
  'credentials-refused': [
    'It refuses our credentials.',
    "Correct UPSTREAM_CREDENTIALS, or fill the secret again: npx lookaside secret. The till's user must be active.",
  ],
  'credentials-unreadable': [
    'Its credentials cannot be read.',
    'Fill the secret (npx lookaside secret), and check that UPSTREAM_CREDENTIALS_ARN names it and that these AWS credentials may read it.',
  ],
  'breaker-open': ['It failed so often that it is not asked for a moment.', 'Run this once more.'],
  'over-budget': [
    "The fleet's calls of this minute are used up.",
    'Run this once more in a minute, or raise UPSTREAM_CALLS_PER_MINUTE.',
  ],
};

/** Asks the upstream for a made-up customer, once by each API, with the credentials of the settings. */
export async function checkUpstream({ settings, isSimulated, kind }: Patient): Promise<readonly Finding[]> {
  if (settings === undefined) return [skipped('upstream', 'the settings are wrong')];
  if (isSimulated) return [well('upstream', 'the bundled simulator: npm start brings it')];
  const readCredentials = await credentialsReader(settings.upstream.credentials);
  const unreadable = kind === 'function' ? await isUnreadable(readCredentials) : false;
  if (unreadable) {
    return [
      skipped(
        'upstream',
        'this AWS identity may not read its credentials: npx lookaside smoke sees whether the deployment can ask',
      ),
    ];
  }
  const { baseUrl, timeoutMs } = settings.upstream;
  const upstream = createCapillaryUpstream({
    baseUrl,
    timeoutMs,
    clock: systemClock,
    random: Math.random,
    readCredentials,
  });
  const findings: Finding[] = [];
  for (const api of APIS) findings.push(explain(api, await upstream.fetch(await requestOf(api, settings))));
  return findings;
}

function explain(api: Api, { outcome, call }: UpstreamAnswer): Finding {
  const duration = `${Math.round(call.durationMs)} ms`;
  switch (outcome.kind) {
    case 'failed': {
      const [says, todo] = FAILURES[outcome.failure];
      return wrong(
        'upstream',
        `${api}: ${call.error === undefined ? says : says.replace(/\.$/, ` (${call.error}).`)}`,
        todo,
      );
    }
    case 'refused':
      return well(
        'upstream',
        `${api}: it answers (${duration}) and accepts the credentials, but refuses this made-up look-up`,
      );
    default:
      return well('upstream', `${api}: it answers (${duration}) and accepts the credentials`);
  }
}

/** A look-up of a made-up customer. */
async function requestOf(api: Api, settings: Settings): Promise<CanonicalRequest> {
  const reading = requestReading(settings);
  const query = Object.entries(lookupAddress(api, madeUp())?.query ?? {});
  const asked = api === 'v2' ? await readV2Request(query, reading) : await readV1Request(query, undefined, reading);
  return asked.request;
}

async function credentialsReader(source: CredentialsSource): Promise<() => Promise<Credentials>> {
  if (source.kind === 'inline') return async () => source.credentials;
  const [{ readCredentials }, { createSdkSecret }] = await Promise.all([
    import('../../functions/adapters/secrets-manager/read-credentials.ts'),
    import('../../functions/adapters/secrets-manager/sdk-secret.ts'),
  ]);
  // By the SDK: it finds this shell's own credentials.
  const readSecret = createSdkSecret(source.arn);
  return () => readCredentials(source.arn, readSecret);
}

/** Whether this shell's identity may not read a deployment's secret: that says nothing about the deployment. */
async function isUnreadable(readCredentials: () => Promise<Credentials>): Promise<boolean> {
  try {
    await readCredentials();
    return false;
  } catch (error) {
    const { cause } = error as { readonly cause?: unknown };
    return isRefusedIdentity(cause);
  }
}
