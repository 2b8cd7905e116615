import { bySignature } from '../../functions/smoke/by-signature.ts';
import { explainHeaderValue, type Proof } from '../../functions/smoke/exchange.ts';
import { APIS, type Identifier } from '../../functions/smoke/identifier.ts';
import { byToken } from '../../scripts/smoke/by-token.ts';
import { checkDeployment } from '../../scripts/smoke/check-deployment.ts';
import { regionOfHost, type Signer } from '../../scripts/smoke/purge-check.ts';
import { awsIdentity } from '../aws-identity.ts';
import { defineCommand } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { flag, oneOf, text } from '../parameters.ts';
import { PLACE, placeOf } from '../place.ts';

export const smoke = defineCommand({
  name: 'smoke',
  summary: 'check a deployment from outside, and say in words what is wrong',
  description:
    'It always looks a customer up twice by each API (the upstream is asked, then the cache answers), and sees whether the ' +
    'webhook refuses a stranger and cache administration refuses a purge without a signature.',
  arguments: {},
  options: {
    ...PLACE,
    identifier: text({
      value: 'NAME=VALUE',
      help: 'the customer to look up, such as mobile=919876543210; without it, a made-up one',
    }),
    api: oneOf(APIS, { value: 'API', help: 'only this API' }),
    webhookSecret: text({
      value: 'SECRET',
      help: 'post an event with this secret too',
      environment: 'WEBHOOK_SECRET',
      isSecret: true,
    }),
    signed: flag({ help: 'purge too, signed with the AWS credentials of this shell' }),
    signLookups: flag({ help: "sign look-ups with the AWS credentials of this shell, for auth: 'iam'" }),
    token: text({
      value: 'TOKEN',
      help: 'send this JSON Web Token with look-ups, for an auth that names its issuer',
      environment: 'LOOKASIDE_TOKEN',
      isSecret: true,
    }),
    revalidation: flag({
      help: 'see a stale entry revalidated too: needs --identifier, and takes FRESH_SECONDS',
    }),
  },
  examples: [
    { line: 'smoke', does: 'Checks the service of npm start.' },
    {
      line: 'smoke --url https://abcdefghij.execute-api.ap-south-1.amazonaws.com/live/ --key "$KEY" --signed',
      does: 'Checks a deployment, and sees whether this AWS identity may purge.',
    },
  ],
  run: async (given, context) => {
    const { url, key, isHere } = placeOf(given, context);
    const { api, revalidation, webhookSecret, signed, signLookups, token } = given;
    if ([key, token, signLookups || undefined].filter((each) => each !== undefined).length > 1) {
      throw new UsageError('--key, --token and --sign-lookups are given together; allowed is one of them.');
    }
    const identifier = given.identifier === undefined ? undefined : toIdentifier(given.identifier);
    if (revalidation && identifier === undefined) {
      throw new UsageError('--revalidation needs --identifier: a customer that the upstream finds.');
    }
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
  },
});

/** The credential of look-ups in place of a key; undefined: they send a key, or no credential. */
function proofOf(url: URL, token: string | undefined, identity: Signer | undefined): Proof | undefined {
  if (token !== undefined) {
    const problem = explainHeaderValue('--token', token);
    if (problem !== undefined) throw new UsageError(problem);
    return byToken(token);
  }
  if (identity === undefined) return undefined;
  const { credentials, region } = identity;
  return bySignature({ credentials, region: regionOfHost(url) ?? region }, Date.now);
}

function toIdentifier(given: string): Identifier {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(given) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError('--identifier is not NAME=VALUE, such as mobile=919876543210.');
  }
  return { name, value };
}
