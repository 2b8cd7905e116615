import { toIdentifierName } from '../customers/identifiers.ts';
import { type Answer, type SearchRules, search } from '../customers/search.ts';
import { INSTORE, isSource } from '../customers/sources.ts';
import { NOT_FOUND, notice, toErrorBody, withoutMissing } from '../upstream-errors.ts';
import { describeV2, gapOf, isFlagSet } from './reply.ts';

/** With basicIdentifierLookup: an identifier type that is not supported [P]. */
const BASIC_NAME_UNSUPPORTED = 8130;

/**
 * `GET /v2/customers/lookup/customerDetails` [S2]. If a parameter is given twice, the first value counts. Unknown parameters
 * and unknown embeds are ignored.
 */
export function answerV2(query: URLSearchParams, rules: SearchRules): Answer {
  const refused = (code: number): Answer => ({ isError: true, body: toErrorBody(notice(code)) });

  const source = query.get('source') ?? '';
  if (!isSource(source)) return refused(8003);
  const accountId = query.get('accountId') ?? '';
  if ([gapOf(query, 'gapToUpgrade'), gapOf(query, 'gapToRenew')].some(Number.isNaN)) return refused(1104);

  const isDual = rules.primaryIdentifier !== undefined;
  const names = split(query.get('identifierName') ?? '', isDual).map(toIdentifierName);
  const values = split(query.get('identifierValue') ?? '', isDual);
  const isBasic = source === INSTORE && isFlagSet(query, 'basicIdentifierLookup');
  if (names.some((name) => name === undefined)) return refused(isBasic ? BASIC_NAME_UNSUPPORTED : 8012);
  if (values.some((value) => value === '')) return refused(8013);
  if (names.length !== values.length) return refused(8045);
  if (source !== INSTORE && accountId === '') return refused(NOT_FOUND);

  const identifiers = names.flatMap((name, k) => (name === undefined ? [] : [{ name, value: values[k] ?? '' }]));
  const outcome = search({ source, accountId }, identifiers, rules);
  switch (outcome.kind) {
    case 'found': {
      const { customer, warnings } = outcome;
      return { isError: false, body: { ...withoutMissing(describeV2(customer, query), warnings), warnings } };
    }
    case 'error': {
      const beside = outcome.beside === undefined ? {} : describeV2(outcome.beside, query);
      return { isError: true, body: { ...beside, ...toErrorBody(outcome.error) } };
    }
    case 'not-found':
      return { ...refused(NOT_FOUND), fault: outcome.fault };
  }
}

function split(text: string, isList: boolean): readonly string[] {
  return (isList ? text.split(',') : [text]).map((element) => element.trim());
}
