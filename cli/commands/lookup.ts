import {
  createLookaside,
  type ErrorOutcome,
  type Lookaside,
  type LookupOutcome,
  type LookupQuery,
} from '../../client/src/index.ts';
import { explainNoReply } from '../../functions/smoke/exchange.ts';
import { lookupAddress } from '../../functions/smoke/identifier.ts';
import { type Context, defineCommand } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { exitOf, outcomeLine } from '../outcome-line.ts';
import { flag, oneOf, text, wholeNumber } from '../parameters.ts';
import { PLACE, type Place, placeOf } from '../place.ts';
import { IDENTIFIER, readIdentifier, SOURCE, type TypedIdentifier } from '../subject.ts';

export const lookup = defineCommand({
  name: 'lookup',
  summary: 'look a customer up, and say how it went',
  description:
    'It asks as a till or another Lambda asks, over HTTP or by direct invocation (--function), and prints one line. The customer ' +
    'is printed with --show-customer only.',
  arguments: { identifier: IDENTIFIER },
  options: {
    ...PLACE,
    function: text({
      value: 'NAME',
      help: "invoke this function instead of asking over HTTP: the stack's output InvokeFunctionName, or lookaside-invoke here",
    }),
    api: oneOf(['v2', 'v1.1'], { value: 'API', help: 'the API to ask by; without it, v2' }),
    source: SOURCE,
    accountId: text({ value: 'ACCOUNT', help: 'the account of a source other than INSTORE' }),
    embed: text({ value: 'SECTIONS', help: 'sections to add, with commas between them' }),
    fields: text({ value: 'FIELDS', help: 'the parts of the reply to give, such as id,profiles(firstName)' }),
    cacheControl: text({ value: 'DIRECTIVES', help: 'how fresh the answer must be, such as no-cache or max-age=60' }),
    deadlineMs: wholeNumber(
      { from: 1, to: 900_000, standIn: 10_000 },
      { value: 'MS', help: 'by when there must be an answer, in milliseconds' },
    ),
    showCustomer: flag({ help: 'print the customer too, which is personal data' }),
  },
  examples: [
    { line: 'lookup mobile=1234512345', does: 'Looks a customer of the simulator up, by the service of npm start.' },
    {
      line: 'lookup id=566881933 --api v1.1 --show-customer --json',
      does: 'The same customer by v1.1, as JSON, the profile included.',
    },
    {
      line: 'lookup mobile=- --function lookaside-production-invoke:live < number.txt',
      does: "Invokes a deployment's function; the number stays out of the shell's history.",
    },
  ],
  run: async (given, context) => {
    const { output, progress, signal } = context;
    const place = placeOf(given, context);
    const identifier = await readIdentifier(given.identifier, context);
    const query = queryOf(identifier, given);
    const client = await clientOf(place, given.function, given.deadlineMs, context);
    const startedAt = performance.now();
    const outcome: LookupOutcome = await progress.during('Looking up', () => client.lookup(query as never, { signal }));
    const asked = {
      api: given.api ?? 'v2',
      identifierName: identifier.name,
      durationMs: Math.round(performance.now() - startedAt),
    };
    output.say({
      json: { ...asked, ...shown(outcome, given.showCustomer) },
      lines: [
        outcomeLine(outcome, asked, output),
        ...(outcome.kind === 'error' ? [messageOf(outcome, place, given.function)] : []),
        ...(outcome.kind === 'found' && given.showCustomer ? [JSON.stringify(outcome.customer, undefined, 2)] : []),
      ],
    });
    return exitOf(outcome);
  },
});

interface Options {
  readonly api: 'v2' | 'v1.1' | undefined;
  readonly source: string;
  readonly accountId: string | undefined;
  readonly embed: string | undefined;
  readonly fields: string | undefined;
  readonly cacheControl: string | undefined;
}

/** @throws {UsageError} if the API does not know the identifier, or does not have one of the options */
export function queryOf(identifier: TypedIdentifier, options: Options): LookupQuery {
  const { api = 'v2', source, accountId, embed, fields, cacheControl } = options;
  const common = { ...(fields !== undefined && { fields }), ...(cacheControl !== undefined && { cacheControl }) };
  if (api === 'v1.1') {
    const names = lookupAddress('v1.1', identifier)?.query;
    if (names === undefined) throw new UsageError(`v1.1 does not know ${identifier.name}; leave --api out.`);
    if (embed !== undefined || accountId !== undefined || source !== 'INSTORE') {
      throw new UsageError('--embed, --account-id and --source are of v2; leave them or --api v1.1 out.');
    }
    return { api, ...names, ...common } as unknown as LookupQuery;
  }
  return {
    source,
    identifierName: identifier.name,
    identifierValue: identifier.value,
    ...(accountId !== undefined && { accountId }),
    ...(embed !== undefined && { embed: embed.split(',') }),
    ...common,
  };
}

async function clientOf(
  { url, key }: Place,
  functionName: string | undefined,
  deadlineMs: number,
  { environment }: Context,
): Promise<Lookaside> {
  if (functionName === undefined) return createLookaside({ endpoint: url, apiKey: key, deadlineMs });
  const { lambdaClient } = await import('../lambda-client.ts');
  return createLookaside({ lambda: await lambdaClient(environment), functionName, deadlineMs });
}

/** The message of an error, for a person. If nothing answers at the address, it says why, as the other commands do. */
function messageOf({ code, message, cause }: ErrorOutcome, { url }: Place, functionName: string | undefined): string {
  return code === 'unreachable' && functionName === undefined ? explainNoReply(url, cause) : message;
}

/** The part of an outcome that may be printed. The upstream's own message may name the customer. */
function shown(outcome: LookupOutcome, showsCustomer: boolean): object {
  switch (outcome.kind) {
    case 'found':
      return { kind: outcome.kind, cache: outcome.cache, ...(showsCustomer && { customer: outcome.customer }) };
    case 'not-found':
      return { kind: outcome.kind, cache: outcome.cache, upstream: wordsOf(outcome.upstream, showsCustomer) };
    case 'pending':
      return outcome;
    case 'error': {
      const { cause: _, upstream, ...rest } = outcome;
      return { ...rest, ...(upstream !== undefined && { upstream: wordsOf(upstream, showsCustomer) }) };
    }
  }
}

function wordsOf({ code, message }: { readonly code: unknown; readonly message: unknown }, showsCustomer: boolean) {
  return { code, ...(showsCustomer && { message }) };
}
