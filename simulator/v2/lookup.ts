import type { JsonObject } from '../../functions/customer/json/json.ts';
import { toIdentifierName } from '../customers/identifiers.ts';
import type { MadeUpAnswer } from '../customers/made-up-answers.ts';
import { type SearchRules, search } from '../customers/search.ts';
import { ANY_SOURCE, INSTORE, isSource } from '../customers/sources.ts';
import { toJsonObject } from '../digits.ts';
import { NOT_FOUND, type Notice, notice, toEntry, toErrorBody } from '../upstream-errors.ts';
import { describeV2, type V2Sections } from './reply.ts';

/** With basicIdentifierLookup: an identifier type that is not supported [P]. */
const BASIC_NAME_UNSUPPORTED = 8130;

/** The answer to a look-up, before it gets its HTTP status. */
export type V2Answer =
  | { readonly kind: 'customer'; readonly body: JsonObject }
  | { readonly kind: 'error'; readonly body: JsonObject }
  | { readonly kind: 'made-up'; readonly answer: MadeUpAnswer };

/**
 * `GET /v2/customers/lookup/customerDetails` [S2]. If a parameter is given twice, the first value counts. Unknown parameters
 * and unknown embeds are ignored.
 */
export function answerV2(query: URLSearchParams, rules: SearchRules): V2Answer {
  const refused = (error: Notice): V2Answer => ({ kind: 'error', body: toErrorBody(error) });

  const source = query.get('source') ?? '';
  if (!isSource(source)) return refused(notice(8003));
  const accountId = query.get('accountId') ?? '';
  const gapToUpgrade = readGap(query, 'gapToUpgrade');
  const gapToRenew = readGap(query, 'gapToRenew');
  if (gapToUpgrade === 'wrong' || gapToRenew === 'wrong') return refused(notice(1104));

  const isDual = rules.primaryIdentifier !== undefined;
  const names = split(query.get('identifierName') ?? '', isDual).map(toIdentifierName);
  const values = split(query.get('identifierValue') ?? '', isDual);
  const isBasic = source === INSTORE && readFlag(query, 'basicIdentifierLookup');
  if (names.some((name) => name === undefined)) return refused(notice(isBasic ? BASIC_NAME_UNSUPPORTED : 8012));
  if (values.some((value) => value === '')) return refused(notice(8013));
  if (names.length !== values.length) return refused(notice(8045));
  if (source !== INSTORE && accountId === '') return refused(notice(NOT_FOUND));

  const identifiers = names.flatMap((name, k) => (name === undefined ? [] : [{ name, value: values[k] ?? '' }]));
  const outcome = search({ source, accountId }, identifiers, rules);
  if (outcome.kind === 'made-up') return outcome;
  if (outcome.kind === 'not-found') return refused(notice(NOT_FOUND));
  const sections: V2Sections = {
    embeds: new Set((query.get('embed') ?? '').toLowerCase().split(',')),
    gapToUpgrade,
    gapToRenew,
    profilesOf: source !== ANY_SOURCE && readFlag(query, 'includedOnlyCurrentProfile') ? source : undefined,
    isWithNps: readFlag(query, 'includedNPS'),
    isWithFraudDetails: readFlag(query, 'includedFraudDetails'),
    isWithUserGroup2: readFlag(query, 'includedUserGroup2LoyaltyDetails'),
    isWithAllUserGroup2: readFlag(query, 'includedAllUserGroup2'),
    userGroup2Id: query.get('userGroup2Id') ?? undefined,
  };
  if (outcome.kind === 'found') {
    const codes = outcome.warnings.map(({ code }) => code);
    return {
      kind: 'customer',
      body: {
        ...describeV2(outcome.customer, sections, codes),
        ...toJsonObject({ warnings: outcome.warnings.map(toEntry) }),
      },
    };
  }
  const beside = outcome.beside === undefined ? {} : describeV2(outcome.beside, sections, []);
  return { kind: 'error', body: { ...beside, ...toErrorBody(outcome.error) } };
}

function split(text: string, isList: boolean): readonly string[] {
  return (isList ? text.split(',') : [text]).map((element) => element.trim());
}

function readFlag(query: URLSearchParams, name: string): boolean {
  return query.get(name)?.toLowerCase() === 'true';
}

function readGap(query: URLSearchParams, name: string): number | undefined | 'wrong' {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  return /^\d{1,10}$/.test(text) ? Number(text) : 'wrong';
}
