import {
  createLookaside,
  type ErrorOutcome,
  type Lookaside,
  type LookupOutcome,
  type LookupQuery,
} from '../../client/src/index.ts';
import { lookupAddress } from '../../functions/smoke/identifier.ts';
import type { Context } from '../command.ts';
import { type Exit, UsageError } from '../exit-codes.ts';
import { type Place, placeOf } from '../place.ts';
import { readIdentifier, type TypedIdentifier } from '../subject.ts';
import { exitOf, outcomeLine } from './outcome-line.ts';

interface QueryOptions {
  readonly api: 'v2' | 'v1.1' | undefined;
  readonly source: string;
  readonly accountId: string | undefined;
  readonly embed: string | undefined;
  readonly fields: string | undefined;
  readonly cacheControl: string | undefined;
}

interface Options extends QueryOptions {
  readonly identifier: string;
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly function: string | undefined;
  readonly deadlineMs: number;
  readonly showCustomer: boolean;
}

/** Looks a customer up, and prints one line about it. */
export async function runLookup(given: Options, context: Context): Promise<Exit> {
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
  const target = given.function === undefined ? place : undefined;
  const message = outcome.kind === 'error' ? await messageOf(outcome, target) : undefined;
  output.say({
    json: { ...asked, ...shown(outcome, given.showCustomer), ...(message !== undefined && { message }) },
    lines: [
      outcomeLine(outcome, asked, output),
      ...(message !== undefined ? [message] : []),
      ...(outcome.kind === 'found' && given.showCustomer ? [JSON.stringify(outcome.customer, undefined, 2)] : []),
    ],
  });
  return exitOf(outcome);
}

/** @throws {UsageError} if the API does not know the identifier, or does not have one of the options */
export function queryOf(identifier: TypedIdentifier, options: QueryOptions): LookupQuery {
  const { api = 'v2', source, accountId, embed, fields, cacheControl } = options;
  const common = { ...(fields !== undefined && { fields }), ...(cacheControl !== undefined && { cacheControl }) };
  if (api === 'v1.1') {
    const names = lookupAddress('v1.1', identifier)?.query;
    if (names === undefined) throw new UsageError(`v1.1 does not know ${identifier.name}; leave --api out.`);
    if (embed !== undefined || accountId !== undefined || source !== 'INSTORE') {
      throw new UsageError('--embed, --account-id and --source belong to v2; leave them out, or leave --api v1.1 out.');
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

/** Only an error loads the code for its message. */
async function messageOf(outcome: ErrorOutcome, target: Place | undefined): Promise<string> {
  const { errorMessage } = await import('./error-message.ts');
  return errorMessage(outcome, target);
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
