import type { Api } from '../../functions/customer/request/canonical-request.ts';
import { bySignature } from '../../functions/smoke/by-signature.ts';
import { explainHeaderValue, type Proof } from '../../functions/smoke/exchange.ts';
import { type Identifier, lookupAddress } from '../../functions/smoke/identifier.ts';
import { byToken } from '../../scripts/smoke/by-token.ts';
import { checkDeployment } from '../../scripts/smoke/check-deployment.ts';
import { regionOfHost, type Signer } from '../../scripts/smoke/purge-check.ts';
import { awsIdentity } from '../aws-identity.ts';
import type { Context } from '../command.ts';
import { type Exit, UsageError } from '../exit-codes.ts';
import { placeOf } from '../place.ts';
import { readIdentifier } from '../subject.ts';

interface Options {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly identifier: string | undefined;
  readonly api: Api | undefined;
  readonly webhookSecret: string | undefined;
  readonly signed: boolean;
  readonly signLookups: boolean;
  readonly token: string | undefined;
  readonly revalidation: boolean;
}

/** Checks a deployment from outside. */
export async function runSmoke(given: Options, context: Context): Promise<Exit> {
  const { url, key, isHere } = placeOf(given, context);
  const { api, revalidation, webhookSecret, signed, signLookups, token } = given;
  if ([key, token, signLookups || undefined].filter((each) => each !== undefined).length > 1) {
    throw new UsageError(
      'Two of --key, --token and --sign-lookups are given together; allowed is one of them. A key may also come from ' +
        'LOOKASIDE_API_KEY in the environment, and a token from LOOKASIDE_TOKEN.',
    );
  }
  const identifier = await identifierOf(given, context);
  if (revalidation && identifier === undefined) {
    throw new UsageError('--revalidation needs --identifier: a customer that the upstream finds.');
  }
  const problem = token === undefined ? undefined : explainHeaderValue('--token', token);
  if (problem !== undefined) throw new UsageError(problem);
  const { progress, output } = context;
  const identity = signed || signLookups ? await awsIdentity() : undefined;
  const { lines, problems } = await progress.during(`Checking ${url.host}`, () =>
    checkDeployment({
      url: url.href,
      key,
      proof: proofOf(url, token, signLookups ? identity : undefined),
      signer: signed ? identity : undefined,
      identifier,
      apis: api === undefined ? undefined : [api],
      webhookSecret,
      seesRevalidation: revalidation,
      sleep: (ms) => progress.waiting('Waiting until the entry is stale', ms, () => context.sleep(ms)),
    }),
  );
  output.say({
    json: { isWell: problems.length === 0, seen: lines, problems },
    lines: [
      ...lines.map((line, position) => `${position + 1}. ${line}`),
      ...problems.map((problem) => `${output.paint('Wrong', 'red')}: ${problem}`),
      ...(problems.length > 0
        ? []
        : [
            'All is well: the upstream was asked, then the cache answered; strangers were refused' +
              `${isHere ? ', except by cache administration, which is open on this machine' : ''}.`,
          ]),
    ],
  });
  return problems.length === 0 ? 'ok' : 'wrong';
}

/** The credential of look-ups in place of a key; undefined: they send a key, or no credential. */
function proofOf(url: URL, token: string | undefined, identity: Signer | undefined): Proof | undefined {
  if (token !== undefined) return byToken(token);
  if (identity === undefined) return undefined;
  const { credentials, region } = identity;
  return bySignature({ credentials, region: regionOfHost(url) ?? region }, Date.now);
}

/**
 * @throws {UsageError} if it is not an identifier, or the only API to ask does not know its kind. It looks nothing up
 * then
 */
async function identifierOf({ identifier: typed, api }: Options, context: Context): Promise<Identifier | undefined> {
  if (typed === undefined) return undefined;
  const identifier = await readIdentifier(typed, context);
  if (api === 'v1.1' && lookupAddress(api, identifier) === undefined) {
    throw new UsageError(`v1.1 does not know ${identifier.name}; leave --api out.`);
  }
  return identifier;
}
