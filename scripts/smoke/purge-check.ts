import { isLoopback } from '../../functions/settings/loopback.ts';
import { addressOf, describe, type Reply, send, type Target } from '../../functions/smoke/exchange.ts';
import { readProblem } from '../../functions/smoke/failure.ts';
import { type Identifier, madeUp } from '../../functions/smoke/identifier.ts';
import type { Findings } from '../../functions/smoke/lookup-check.ts';
import { checkRemoval } from './made-up-entry.ts';
import { type AwsCredentials, signatureHeaders } from './signature.ts';

/** An identity that may purge. */
export interface Signer {
  readonly credentials: AwsCredentials;
  /** The region of the signature, unless the deployment's address names it. */
  readonly region: string;
}

/** A host of API Gateway names its region. */
const REGION_OF_HOST = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/**
 * Checks cache administration: it refuses a purge without a signature and, if an identity is given, purges with its
 * signature. The purge is of a made-up external id, so it reaches no customer's entry. Never throws.
 */
export async function checkPurge(target: Target, signer: Signer | undefined): Promise<Findings> {
  const stranger = await purge(target, madeUp(), {});
  if (typeof stranger === 'string') return { lines: [], problems: [stranger] };
  const line = `purge without a signature: ${describe(stranger)}`;
  // On one machine nothing can check a signature: there, cache administration is open (contract §2a).
  const isOpenHere = isLoopback(target.url) && stranger.status === 204;
  if (stranger.status !== 403 && !isOpenHere) {
    const words =
      `Cache administration answers ${stranger.status} to a purge without a signature; it must refuse it (403). ` +
      'Look at what is in front of cache/, and at the authorization of its methods.';
    return { lines: [line], problems: [words] };
  }
  if (signer === undefined) return { lines: [line, 'signed purge: not tried (--signed)'], problems: [] };
  const remove = async (identifier: Identifier) => {
    const reply = await purge(target, identifier, await signatureOf(target, identifier, signer));
    if (typeof reply === 'string') return { lines: [], problems: [reply], isAcknowledged: false };
    const problems = explainRefusal(reply);
    return { lines: [`signed purge: ${describe(reply)}`], problems, isAcknowledged: problems.length === 0 };
  };
  const { lines, problems } = await checkRemoval(target, remove, STILL_SERVED);
  return { lines: [line, ...lines], problems };
}

const STILL_SERVED =
  'A purge was acknowledged, and its entry is still served: cache administration and the look-ups have different tables ' +
  'or key secrets. Deploy all functions again.';

/** The region of API Gateway that a deployment's address names; undefined: a domain of its own, or this machine. */
export function regionOfHost({ hostname }: URL): string | undefined {
  return REGION_OF_HOST.exec(hostname)?.[1];
}

function callOf({ name, value }: Identifier) {
  const query = { identifierName: name, identifierValue: value, source: 'INSTORE' };
  return { path: 'cache/entries', method: 'DELETE', query };
}

function purge(target: Target, identifier: Identifier, headers: Readonly<Record<string, string>>) {
  return send(target, { ...callOf(identifier), headers });
}

function signatureOf(target: Target, identifier: Identifier, { credentials, region }: Signer) {
  const call = callOf(identifier);
  return signatureHeaders({
    url: addressOf(target, call),
    method: call.method,
    service: 'execute-api',
    region: regionOfHost(target.url) ?? region,
    credentials,
  });
}

function explainRefusal(reply: Reply): string[] {
  if (reply.status === 204) return [];
  if (reply.status === 403) {
    return [
      'Cache administration refuses this signature: the identity needs execute-api:Invoke on the output ' +
        'AdministrationArn (docs/deploying.md, "Let an operator purge"); or its session has expired, or this ' +
        "machine's clock is wrong by more than 300 s.",
    ];
  }
  const { code = 'no code', detail } = readProblem(reply);
  return [`Cache administration answers ${reply.status} to a purge, ${code}: ${detail}`];
}
