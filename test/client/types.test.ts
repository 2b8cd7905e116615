import { expect, test } from '@jest/globals';
import type {
  Customer,
  ErrorOutcome,
  FoundOutcome,
  JsonValue,
  LookupOutcome,
  LookupQuery,
  NotFoundOutcome,
  PendingOutcome,
  ServiceErrorCode,
  V1Customer,
  V1Query,
  V2Query,
} from '../../client/src/index.ts';
import { createLookaside, type Lookaside } from '../../client/src/index.ts';
import type * as service from '../../functions/batch/outcome.ts';
import type { V1_PARAMETER_NAMES } from '../../functions/customer/v1/v1-parameters.ts';
import type { V2_PARAMETER_NAMES } from '../../functions/customer/v2/v2-parameters.ts';
import { TILL_PROFILE, TILL_PROFILE_V1 } from '../../functions/settings/till-profile.ts';

/** The members of any of these types. */
type KeyOf<T> = T extends unknown ? keyof T : never;
type Missing<Parameters extends readonly string[], Query> = Exclude<Parameters[number], KeyOf<Query>>;
/** The members that a type names, besides those that it is open for. */
type NamedOf<T> = keyof { [Name in keyof T as string extends Name ? never : Name]: 1 };
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? 'same' : 'other') : 'other';
/** The optional members that cannot be `undefined`. */
type RefusingUndefined<T> = T extends unknown
  ? { [Name in keyof T]-?: object extends Pick<T, Name> ? Refusing<Pick<T, Name>, Name> : never }[keyof T]
  : never;
type Refusing<Member, Name> = { [Each in keyof Member]: undefined } extends Member ? never : Name;
type None<T> = [T] extends [never] ? 'none' : 'some';

// The compiler holds all of this: `npm run types`.

test('the queries have every parameter, and no other', () => {
  const held: readonly [
    None<Missing<typeof V2_PARAMETER_NAMES, V2Query>>,
    // `format` belongs to JSON only.
    Same<Missing<typeof V1_PARAMETER_NAMES, V1Query>, 'format'>,
    None<
      Exclude<
        KeyOf<V2Query>,
        (typeof V2_PARAMETER_NAMES)[number] | 'api' | 'cacheControl' | 'extra' | 'waitMs' | 'prefetch'
      >
    >,
    None<
      Exclude<
        KeyOf<V1Query>,
        (typeof V1_PARAMETER_NAMES)[number] | 'api' | 'cacheControl' | 'extra' | 'language' | 'waitMs' | 'prefetch'
      >
    >,
  ] = ['none', 'same', 'none', 'none'];
  expect(held).toHaveLength(4);
});

test('each optional member of a query may be undefined', () => {
  const held: readonly [None<RefusingUndefined<V2Query>>, None<RefusingUndefined<V1Query>>] = ['none', 'none'];
  expect(held).toHaveLength(2);
});

test("the outcomes are the service's own", () => {
  const held: readonly [
    Same<ServiceErrorCode, service.ErrorResult['code']>,
    Same<keyof FoundOutcome, keyof service.FoundResult<JsonValue>>,
    Same<FoundOutcome['cache'], service.CacheResult>,
    Same<NotFoundOutcome, service.NotFoundResult<JsonValue>>,
    Same<PendingOutcome, service.PendingResult>,
    // The client adds its own failures.
    Same<Exclude<keyof ErrorOutcome, 'cause'>, keyof service.ErrorResult>,
  ] = ['same', 'same', 'same', 'same', 'same', 'same'];
  expect(held).toHaveLength(6);
});

test('the customers have every top-level name of the default projections', () => {
  const v2 = {
    id: 1,
    profiles: 1,
    loyaltyInfo: 1,
    loyaltyProgramDetails: 1,
    cardDetails: 1,
    segments: 1,
    warnings: 1,
  } satisfies Record<NamedOf<Customer>, 1>;
  const v1 = {
    user_id: 1,
    firstname: 1,
    lastname: 1,
    mobile: 1,
    email: 1,
    external_id: 1,
    type: 1,
    current_slab: 1,
    lifetime_points: 1,
    lifetime_purchases: 1,
    loyalty_points: 1,
    coupons: 1,
    registered_store: 1,
    registered_till: 1,
    item_status: 1,
  } satisfies Record<NamedOf<V1Customer>, 1>;
  const topLevel = (projection: string) => projection.replace(/\((?:[^()]|\([^()]*\))*\)/g, '').split(',');
  expect(Object.keys(v2).sort()).toEqual(topLevel(TILL_PROFILE).sort());
  // `item_status` is always kept.
  expect(Object.keys(v1).sort()).toEqual([...topLevel(TILL_PROFILE_V1), 'item_status'].sort());
});

/** Never called: the compiler reads it. */
async function typeTests(lookaside: Lookaside): Promise<void> {
  // Exactly one identifier of v1.1.
  lookaside.lookup({ api: 'v1.1', mobile: '1' });
  lookaside.lookup({ api: 'v1.1', id: '9007199254740993', mlp: true });
  // @ts-expect-error two identifiers
  lookaside.lookup({ api: 'v1.1', mobile: '1', email: 'a@b.example' });
  // @ts-expect-error two identifiers, in a batch
  lookaside.lookupBatch([{ api: 'v1.1', id: 1, card_number: '1' }]);
  // @ts-expect-error no identifier
  lookaside.lookup({ api: 'v1.1', mlp: true });
  lookaside.lookup({ api: 'v1.1', mobile: '1', email: undefined, mlp: undefined, language: undefined });
  lookaside.lookup({
    source: 'INSTORE',
    identifierName: 'id',
    identifierValue: 1,
    embed: undefined,
    cacheControl: undefined,
    extra: { tenant: undefined },
  });
  lookaside.lookupBatch([{ source: 'INSTORE', identifierName: 'id', identifierValue: 1, accountId: undefined }]);
  createLookaside({ endpoint: 'https://lookaside.example', apiKey: undefined, lambda: undefined });
  // @ts-expect-error no identifier, but undefined
  lookaside.lookup({ api: 'v1.1', mobile: undefined });
  const two = { api: 'v1.1', mobile: '1', email: 'a@b.example' } as const;
  // @ts-expect-error two identifiers, from elsewhere
  lookaside.lookup(two);

  lookaside.lookup({ source: 'INSTORE', identifierName: 'id', identifierValue: 101 });
  lookaside.lookup({ api: 'v1.1', card_number: 4111111111111111 });
  // @ts-expect-error a mobile as a number
  lookaside.lookup({ api: 'v1.1', mobile: 919876543210 });
  // @ts-expect-error no source
  lookaside.lookup({ identifierName: 'mobile', identifierValue: '1' });
  // @ts-expect-error a parameter of the other API
  lookaside.lookup({ source: 'INSTORE', identifierName: 'mobile', identifierValue: '1', slab_history: true });
  // @ts-expect-error a misspelt parameter
  lookaside.lookup({ source: 'INSTORE', identifierName: 'mobile', identifierValue: '1', includedFraudDetail: true });
  // @ts-expect-error a misspelt parameter, in a batch
  lookaside.lookupBatch([{ api: 'v1.1', mobile: '1', slab_histories: true }]);
  const several: LookupQuery[] = [];
  lookaside.lookupBatch(several);
  lookaside.lookup(several[0] as LookupQuery);
  // @ts-expect-error an API that there is not
  lookaside.lookup({ api: 'v3', mobile: '1' });
  // @ts-expect-error both ways at once
  createLookaside({ endpoint: 'https://lookaside.example', functionName: 'lookaside-invoke' });
  // @ts-expect-error neither
  createLookaside({ deadlineMs: 1 });

  // The customer has the shape of the API that was asked.
  const v2 = await lookaside.lookup({ source: 'INSTORE', identifierName: 'mobile', identifierValue: '1' });
  if (v2.kind === 'found') {
    const name: string | null | undefined = v2.customer.profiles?.[0]?.firstName;
    const other: JsonValue | undefined = v2.customer.subscriptionInfo;
    // @ts-expect-error a date is a text, and may be absent
    const date: Date = v2.customer.cardDetails?.[0]?.expiryDate;
    void [name, other, date];
  }
  // @ts-expect-error not before its kind is known
  v2.customer;
  const [first, second] = await lookaside.lookupBatch([
    { api: 'v1.1', email: 'a@b.example' },
    { source: 'INSTORE', identifierName: 'mobile', identifierValue: '1' },
  ]);
  if (first.kind === 'found' && second.kind === 'found') {
    const v1Name: string | null | undefined = first.customer.firstname;
    const v2Id: number | string | undefined = second.customer.id;
    void [v1Name, v2Id];
  }
  const either: LookupOutcome = first;
  void either;
}

test('the file lists everything that the compiler must refuse', () => {
  expect(typeTests).toHaveLength(1);
});
