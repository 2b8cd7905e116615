import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { JOINED_EMBEDS } from '../functions/customer/joined/joined-embed.ts';
import { MAX_LOOKUPS } from '../functions/lookup/max-lookups.ts';
import type { Environment } from '../functions/settings/settings.ts';
import { type RunningFunctions, startFunctions } from '../local/functions.ts';
import { type EventFolder, runEvent, textOf } from '../local/run-event.ts';
import { DEFAULT_BASIC_CREDENTIALS } from '../simulator/credentials.ts';
import { IMPATIENT, PATIENT } from './support/patience.ts';

const EVENTS = new URL('../events/', import.meta.url);

/** The result of each event, by its file; the cache is empty at first. */
interface Row {
  /** The settings of this case. */
  readonly environment?: Environment;
  /** `found`; the upstream's own code; the code of our own error; `nothing` if there is no body. */
  readonly outcome: string | number;
}

interface HttpRow extends Row {
  readonly status: number;
  readonly cacheStatus?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Some members that the found customer has. */
  readonly customer?: object;
  /** Members that the found customer does not have. */
  readonly lacks?: readonly (string | readonly string[])[];
}

const STORED = 'lookaside; fwd=miss; fwd-status=200; stored';
const NOT_STORED = 'lookaside; fwd=miss; fwd-status=200';
const DUAL = { PRIMARY_IDENTIFIER: 'mobile' };
const KIOSK = { CORS_ORIGINS: 'https://kiosk.example' };
const CLASSES = {
  CALLERS: JSON.stringify({
    tills: { cacheControl: 'max-stale=3600', sources: ['INSTORE'] },
    kiosks: {
      fields: {
        v2: 'id,profiles(firstName),loyaltyProgramDetails(currentSlab)',
        'v1.1': 'user_id,firstname,current_slab',
      },
    },
  }),
};
const KIOSK_FIELDS = { v2: 'id,profiles(firstName)', 'v1.1': 'firstname' };
const SIGNED = {
  CALLER_AUTH: 'iam',
  CALLERS: JSON.stringify({
    tills: { isDefault: true },
    kiosks: { roles: ['arn:aws:iam::123456789012:role/shops/kiosk'], fields: KIOSK_FIELDS },
  }),
};
const BY_TOKEN = {
  CALLER_AUTH: 'jwt',
  CLASS_CLAIM: 'cognito:groups',
  CALLERS: JSON.stringify({ tills: { isDefault: true }, kiosks: { fields: KIOSK_FIELDS } }),
};
const OF_A_KIOSK: Partial<HttpRow> = {
  customer: { profiles: [{ firstName: 'आशा' }, { firstName: 'आशा' }] },
  lacks: ['loyaltyProgramDetails', ['profiles', '0', 'identifiers']],
};
/** An upstream that throttles pauses all functions on the same table. The other events must not meet that. */
const OWN_STORE = { AWS_ENDPOINT_URL_DYNAMODB: '' };
const IN_GERMANY = { DEFAULT_COUNTRY: 'DE' };
const DUAL_BY_EXTERNAL_ID = { PRIMARY_IDENTIFIER: 'externalId' };
const EXTRA = { EXTRA_PARAMETERS: 'tenantKey,x-flag' };

/** Of an answer that was just fetched. On a busy machine some seconds pass before it is served. */
const ENTITY = {
  ETag: expect.stringMatching(/^"[^"]+"$/) as unknown as string,
  Age: expect.stringMatching(/^\d$/) as unknown as string,
};

const found = (row: Partial<HttpRow> = {}): HttpRow => ({
  status: 200,
  outcome: 'found',
  cacheStatus: STORED,
  headers: ENTITY,
  ...row,
});
const refused = (code: string, row: Partial<HttpRow> = {}): HttpRow => ({
  status: 400,
  outcome: code,
  cacheStatus: `lookaside; detail=${code}`,
  ...row,
});

const V2: Readonly<Record<string, HttpRow>> = {
  'found-mobile': found({ headers: { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' } }),
  'found-mobile-with-plus': found(),
  // R1, R14: numbers as the upstream lists them, and as a till puts them into a query.
  'found-abroad-as-the-upstream-lists-it': found({ environment: IN_GERMANY, customer: { id: 7_100_000_010 } }),
  'found-abroad': found({ customer: { id: 7_100_000_010 } }),
  'found-abroad-with-the-own-prefix': found({ environment: { DEFAULT_COUNTRY: 'US' } }),
  'found-mobile-with-a-trunk-zero-behind-the-code': found(),
  'found-mobile-as-the-upstream-lists-it': found(),
  'found-mobile-after-an-unescaped-plus': found(),
  'found-abroad-after-an-unescaped-plus': found({ customer: { id: 7_100_000_010 } }),
  'refused-mobile-after-an-unescaped-plus': refused('invalid_identifier'),
  'refused-mobile-of-two-countries-after-an-unescaped-plus': refused('invalid_identifier'),
  'refused-mobile-of-a-spreadsheet': refused('invalid_identifier', { environment: { DEFAULT_COUNTRY: 'ID' } }),
  'not-found-mobile-that-numbering-plans-do-not-know': found({ outcome: 8015, environment: { DEFAULT_COUNTRY: 'MX' } }),
  // R2, R13, R16: ids, requests of real tills, external ids.
  'found-id-with-a-decimal-point': found(),
  'found-id-in-scientific-notation': found(),
  'found-id-with-leading-zeros': found(),
  'found-card-number': found(),
  'found-as-a-till-asks': found({
    customer: { customerStatus: { currentStatus: 'ACTIVE' } },
    lacks: ['npsDetails', 'fraudDetails'],
  }),
  'found-with-nps': found({ customer: { npsDetails: { score: 9 } } }),
  'found-with-extra-parameters': found({ environment: EXTRA }),
  'refused-extra-parameter': refused('unknown_parameter'),
  'refused-extra-parameter-twice': refused('duplicate_parameter', { environment: EXTRA }),
  'refused-ampersand-in-an-identifier': refused('unknown_parameter'),
  'found-with-a-gap-beyond-a-year': found({ cacheStatus: NOT_STORED }),
  'found-with-gaps-and-mlp-always': found({ environment: { EMBED_ALWAYS: 'mlp' } }),
  'dual-external-id-in-another-case': found({ environment: DUAL_BY_EXTERNAL_ID }),
  'dual-external-id-in-the-registered-case': found({ environment: DUAL_BY_EXTERNAL_ID }),
  'found-mobile-with-double-zero': found(),
  'found-mobile-with-trunk-zero': found(),
  'found-mobile-with-hyphens': found(),
  'found-mobile-with-parentheses': found(),
  'found-mobile-within-spaces': found(),
  'found-email': found(),
  'found-email-in-capitals': found(),
  'found-cardnumber': found(),
  'found-cardnumber-with-spaces': found(),
  'found-card-external-id': found(),
  'found-id': found(),
  'found-id-of-64-bits': found(),
  'found-external-id': found(),
  'found-external-id-in-the-documents-spelling': found(),
  'found-wechat-with-account': found(),
  'found-in-any-source': found(),
  'found-with-embed-points-and-mlp': found(),
  'found-with-embed-in-any-case-and-twice': found(),
  'found-with-every-embed': found(),
  'found-with-gaps': found(),
  'found-with-flags': found(),
  'found-with-fields': found(),
  'found-with-empty-pairs': found(),
  'found-without-gzip': found({ headers: { 'Content-Encoding': undefined, Vary: 'Accept-Encoding' } }),
  'found-with-authorization-of-the-upstream': found(),
  'found-partial': found({ cacheStatus: NOT_STORED }),
  // The survivor's data hold none of the requested identifiers: served, not stored.
  'found-merged': found({ cacheStatus: STORED }),
  'found-for-a-kiosk': found({
    environment: KIOSK,
    headers: { 'Access-Control-Allow-Origin': 'https://kiosk.example', Vary: 'Origin, Accept-Encoding' },
  }),
  'found-for-another-origin': found({
    environment: KIOSK,
    headers: { 'Access-Control-Allow-Origin': undefined, Vary: 'Origin, Accept-Encoding' },
  }),
  'not-found': { status: 200, outcome: 8015, cacheStatus: STORED },
  'not-found-in-taobao': { status: 200, outcome: 8015, cacheStatus: STORED },
  'not-enrolled': { status: 200, outcome: 1013, cacheStatus: STORED },
  erased: { status: 200, outcome: 8015, cacheStatus: NOT_STORED },

  'if-none-match-any': { status: 304, outcome: 'nothing', cacheStatus: STORED },
  'if-none-match-of-another-reply': found(),
  'cache-control-no-cache': found({ cacheStatus: 'lookaside; fwd=request; fwd-status=200; stored' }),
  'cache-control-no-store': found({ cacheStatus: NOT_STORED }),
  'cache-control-max-age': found(),
  'cache-control-min-fresh': found(),
  'cache-control-max-stale': found(),
  'cache-control-stale-if-error': found(),
  'cache-control-only-if-cached': { status: 504, outcome: 'not_cached' },
  'cache-control-unknown': found(),
  // H07: each line counts.
  'cache-control-in-two-lines': { status: 504, outcome: 'not_cached' },
  'if-none-match-in-two-lines': { status: 304, outcome: 'nothing', cacheStatus: STORED },

  'dual-primary-alone': found({ environment: DUAL }),
  'dual-primary-with-others': found({ environment: DUAL }),
  'dual-without-the-primary': { environment: DUAL, status: 200, outcome: 8015, cacheStatus: NOT_STORED },
  'dual-refused-name-twice': refused('duplicate_parameter', { environment: DUAL }),
  'dual-refused-unequal-counts': refused('invalid_parameter', { environment: DUAL }),

  'refused-several-identifiers': refused('invalid_parameter'),
  'refused-comma-in-value': refused('invalid_identifier'),
  'refused-unknown-parameter': refused('unknown_parameter'),
  'refused-prototype-as-parameter': refused('unknown_parameter'),
  'refused-duplicate-parameter': refused('duplicate_parameter'),
  'refused-source-missing': refused('missing_parameter'),
  'refused-identifier-name-missing': refused('missing_parameter'),
  'refused-identifier-value-missing': refused('missing_parameter'),
  'refused-account-missing': refused('missing_parameter'),
  'refused-no-query': refused('missing_parameter'),
  'refused-source': refused('invalid_parameter'),
  'refused-identifier-name': refused('invalid_parameter'),
  'refused-mobile-within-text': refused('invalid_identifier'),
  'refused-mobile-with-extension': refused('invalid_identifier'),
  'refused-mobile-in-arabic-digits': refused('invalid_identifier'),
  'refused-mobile-too-short': refused('invalid_identifier'),
  'refused-email-with-two-at': refused('invalid_identifier'),
  'refused-email-not-ascii': refused('invalid_identifier'),
  'refused-id-with-letters': refused('invalid_identifier'),
  'refused-identifier-of-spaces': refused('invalid_identifier'),
  'refused-identifier-too-long': refused('invalid_identifier'),
  'refused-identifier-with-control-character': refused('invalid_identifier'),
  'refused-identifier-with-format-character': refused('invalid_identifier'),
  'refused-embed': refused('invalid_parameter'),
  'refused-gaps-without-mlp': refused('invalid_parameter'),
  'refused-gap-negative': refused('invalid_parameter'),
  'refused-flag': refused('invalid_parameter'),
  'refused-user-group2-id': refused('invalid_parameter'),
  'refused-fields': refused('invalid_parameter'),
  'refused-for-a-kiosk': refused('unknown_parameter', {
    environment: KIOSK,
    headers: { 'Access-Control-Allow-Origin': 'https://kiosk.example' },
  }),
  'refused-by-upstream': { status: 200, outcome: 8003, cacheStatus: NOT_STORED },
  'refused-by-upstream-fraud': { status: 200, outcome: 618, cacheStatus: NOT_STORED },
  'refused-post': refused('method_not_allowed', { status: 405, headers: { Allow: 'GET, HEAD, OPTIONS' } }),
  'refused-delete': refused('method_not_allowed', { status: 405 }),
  'unknown-path': refused('not_found', { status: 404 }),
  'unknown-root': refused('not_found', { status: 404 }),
  health: { status: 200, outcome: 'ok' },

  'upstream-failing': { status: 503, outcome: 'upstream_unavailable', headers: { 'Retry-After': '5' } },
  'upstream-busy': { status: 503, outcome: 'upstream_unavailable', headers: { 'Retry-After': '5' } },
  'upstream-throttling': { environment: OWN_STORE, status: 503, outcome: 'upstream_unavailable' },
  'upstream-html': { status: 502, outcome: 'upstream_invalid' },
  'upstream-blank': { status: 400, outcome: 'upstream_refused', cacheStatus: 'lookaside; fwd=miss; fwd-status=400' },
  'upstream-404-without-an-error': { status: 502, outcome: 'upstream_invalid' },
  // R8, R9
  'upstream-wrong-encoding': { status: 502, outcome: 'upstream_invalid' },
  'upstream-continue': { status: 200, outcome: 8015, cacheStatus: STORED },
  'upstream-early-hints': { status: 200, outcome: 8015, cacheStatus: STORED },
  // Here no other function can take the fetch over, so the look-up makes it itself.
  'prefer-wait': found({ cacheStatus: STORED }),
  'prefer-respond-async': found({ cacheStatus: STORED }),
  'upstream-hanging': { environment: IMPATIENT, status: 504, outcome: 'upstream_timeout' },

  'preflight-of-a-kiosk': {
    environment: KIOSK,
    status: 204,
    outcome: 'nothing',
    headers: {
      'Access-Control-Allow-Origin': 'https://kiosk.example',
      'Access-Control-Allow-Headers':
        'x-api-key, cache-control, if-none-match, prefer, authorization, x-cap-api-oauth-token, content-type',
      Vary: 'Origin',
    },
  },
  'preflight-of-another-origin': {
    environment: KIOSK,
    status: 204,
    outcome: 'nothing',
    headers: { 'Access-Control-Allow-Origin': undefined, 'Access-Control-Allow-Headers': undefined, Vary: 'Origin' },
  },
};

/** A text of v1.1, which writes most values as text. */
const anyText = expect.any(String);
const FOUND_V1 = { user_id: '7000000002', coupons: { coupon: expect.any(Array) } };
const transactionsLabelled = (label: string) => ({
  transaction: expect.arrayContaining([
    expect.objectContaining({
      extended_fields: { field: expect.arrayContaining([expect.objectContaining({ label })]) },
    }),
  ]),
});

const V1: Readonly<Record<string, HttpRow>> = {
  'v1-found-mobile': found({ customer: FOUND_V1 }),
  'v1-found-as-a-till-asks': found(),
  'v1-found-with-flags-of-1-and-0': found({ lacks: ['registered_store'] }),
  'v1-found-id-with-a-decimal-point': found(),
  'v1-found-abroad-as-the-upstream-lists-it': found({ environment: IN_GERMANY }),
  'v1-found-mobile-as-the-upstream-lists-it': found(),
  'v1-found-mobile-after-an-unescaped-plus': found(),
  'v1-refused-mobile-after-an-unescaped-plus': refused('invalid_identifier'),
  'v1-dual-external-id-in-another-case': found({ environment: DUAL_BY_EXTERNAL_ID }),
  'v1-found-with-extra-parameters': found({ environment: EXTRA }),
  'v1-found-mobile-with-plus': found({ customer: FOUND_V1 }),
  'v1-found-mobile-with-double-zero': found({ customer: FOUND_V1 }),
  'v1-found-mobile-with-trunk-zero': found({ customer: FOUND_V1 }),
  'v1-found-mobile-with-hyphens': found({ customer: FOUND_V1 }),
  'v1-found-mobile-with-parentheses': found({ customer: FOUND_V1 }),
  'v1-found-mobile-within-spaces': found({ customer: FOUND_V1 }),
  'v1-found-email': found({ customer: FOUND_V1 }),
  'v1-found-email-in-capitals': found({ customer: FOUND_V1 }),
  'v1-found-id': found({ customer: FOUND_V1 }),
  'v1-found-id-of-64-bits': found({ customer: { user_id: '9007199254740993' } }),
  'v1-found-external-id': found({ customer: FOUND_V1 }),
  'v1-found-card-number': found({ customer: FOUND_V1 }),
  'v1-found-card-number-with-spaces': found({ customer: FOUND_V1 }),
  'v1-found-card-external-id': found({ customer: FOUND_V1 }),
  'v1-found-with-every-section': found({
    customer: {
      next_slab: { next_slab: 'Gold' },
      slab_history: { history: expect.any(Array) },
      registered_store: { code: 'store.demo' },
      registered_till: { code: 'till.demo' },
      fraud_details: { status: 'NONE' },
      ndnc_status: { mobile: 'NOT_FOUND' },
      optin_status: { sms: true, email: false },
      expiry_schedule: { schedule: expect.any(Array) },
      expired_points: { item: expect.any(Array) },
      points_summary: { program: expect.any(Array) },
      promotion_points: { promotion: expect.any(Array) },
      membership_retention_criteria: { visits: '4' },
      tier_update_criteria: { threshold: '3000.0' },
      mlp: { program: expect.any(Array) },
      user_group: { id: '501' },
      customer_image: anyText,
      transactions: { transaction: expect.any(Array) },
      subscriptions: { subscription: expect.any(Array) },
      segments: { segment: expect.any(Array) },
      member_care_access: false,
      card_details: { card: expect.any(Array) },
      tracker_info: { tracker: expect.any(Array) },
      delayed_accrual: { points: '5.00' },
    },
  }),
  'v1-found-with-sections-declined': found({
    lacks: ['registered_store', 'registered_till', 'fraud_details', 'transactions'],
  }),
  'v1-found-basic': found({ lacks: ['coupons', 'transactions'] }),
  'v1-found-with-transaction-filters': found({
    customer: { transactions: { transaction: [expect.objectContaining({ number: 'BILL-0002-0' })] } },
  }),
  'v1-found-with-transactions-of-any-type': found({
    customer: {
      transactions: {
        transaction: expect.arrayContaining([
          expect.objectContaining({ type: 'RETURN', tenders: expect.anything(), credit_notes: expect.anything() }),
        ]),
      },
    },
  }),
  'v1-found-with-coupon-filters': found({
    customer: { coupons: { coupon: [expect.objectContaining({ status: 'active', offer_id: '71' })] } },
  }),
  'v1-found-with-coupon-words-in-capitals': found({ customer: FOUND_V1 }),
  'v1-found-with-language': found({ customer: { transactions: transactionsLabelled('Delivery window (zh)') } }),
  'v1-found-with-language-in-capitals': found({
    customer: { transactions: transactionsLabelled('Delivery window (zh)') },
  }),
  'v1-found-with-gaps': found({
    customer: { mlp: { program: [expect.objectContaining({ gap_to_upgrade: anyText, gap_to_renew: anyText })] } },
  }),
  'v1-found-with-program-id': found({
    customer: { mlp: { program: [expect.objectContaining({ program_id: '901' })] } },
  }),
  'v1-found-with-format-and-user-id': found({ customer: FOUND_V1 }),
  'v1-found-with-format-in-capitals-and-no-user-id': found({ customer: FOUND_V1 }),
  'v1-found-with-fields': found({ customer: FOUND_V1, lacks: ['lastname', 'mobile'] }),
  'v1-found-with-authorization-of-the-upstream': found({ customer: FOUND_V1 }),
  'v1-found-for-a-kiosk': found({
    environment: KIOSK,
    headers: { 'Access-Control-Allow-Origin': 'https://kiosk.example', Vary: 'Origin, Accept-Encoding' },
  }),
  'v1-found-partial': found({ cacheStatus: NOT_STORED, lacks: ['lifetime_points'] }),
  // The survivor's data hold none of the requested identifiers: served, not stored.
  'v1-found-merged': found({ cacheStatus: STORED, customer: { user_id: '7100000001' } }),
  'v1-not-found': { status: 200, outcome: '1012', cacheStatus: STORED },
  'v1-not-found-in-another-source': { status: 200, outcome: '1012', cacheStatus: STORED },
  'v1-not-enrolled': { status: 200, outcome: '1013', cacheStatus: STORED },
  'v1-erased': { status: 200, outcome: '8015', cacheStatus: NOT_STORED },
  'v1-refused-by-upstream': { status: 200, outcome: '1042', cacheStatus: NOT_STORED },
  'v1-refused-by-upstream-fraud': { status: 200, outcome: '618', cacheStatus: NOT_STORED },

  'v1-if-none-match-any': { status: 304, outcome: 'nothing', cacheStatus: STORED },
  'v1-cache-control-no-cache': found({ cacheStatus: 'lookaside; fwd=request; fwd-status=200; stored' }),
  'v1-cache-control-no-store': found({ cacheStatus: NOT_STORED }),
  'v1-cache-control-only-if-cached': { status: 504, outcome: 'not_cached' },

  'v1-dual-primary': found({ environment: DUAL, customer: { user_id: '7100000021' } }),
  'v1-dual-without-the-primary': { environment: DUAL, status: 200, outcome: '1012', cacheStatus: NOT_STORED },

  'v1-refused-no-query': refused('missing_parameter'),
  'v1-refused-no-identifier': refused('missing_parameter'),
  'v1-refused-identifier-empty': refused('missing_parameter'),
  'v1-refused-two-identifiers': refused('duplicate_parameter'),
  'v1-refused-identifier-twice': refused('duplicate_parameter'),
  'v1-refused-comma-in-identifier': refused('invalid_identifier'),
  'v1-refused-mobile-too-short': refused('invalid_identifier'),
  'v1-refused-email-with-two-at': refused('invalid_identifier'),
  'v1-refused-id-with-letters': refused('invalid_identifier'),
  'v1-refused-identifier-too-long': refused('invalid_identifier'),
  'v1-refused-identifier-with-control-character': refused('invalid_identifier'),
  'v1-refused-unknown-parameter': refused('unknown_parameter'),
  'v1-refused-parameter-of-v2': refused('unknown_parameter'),
  'v1-refused-prototype-as-parameter': refused('unknown_parameter'),
  'v1-refused-parameter-twice': refused('duplicate_parameter'),
  'v1-refused-format-xml': refused('invalid_parameter'),
  'v1-refused-user-id': refused('invalid_parameter'),
  'v1-refused-flag': refused('invalid_parameter'),
  'v1-refused-flag-empty': refused('invalid_parameter'),
  'v1-refused-gap-without-mlp': refused('invalid_parameter'),
  'v1-refused-gap-with-mlp-declined': refused('invalid_parameter'),
  'v1-refused-gap-negative': refused('invalid_parameter'),
  'v1-refused-program-id': refused('invalid_parameter'),
  'v1-refused-date': refused('invalid_parameter'),
  'v1-refused-date-of-no-calendar': refused('invalid_parameter'),
  'v1-refused-amount': refused('invalid_parameter'),
  'v1-refused-type': refused('invalid_parameter'),
  'v1-refused-filter-empty': refused('invalid_parameter'),
  'v1-refused-filter-with-control-character': refused('invalid_parameter'),
  'v1-refused-coupon-limit': refused('invalid_parameter'),
  'v1-refused-coupon-order-by': refused('invalid_parameter'),
  'v1-refused-coupon-sort-order': refused('invalid_parameter'),
  'v1-refused-fields': refused('invalid_parameter'),
  'v1-refused-language': refused('invalid_parameter'),
  'v1-refused-for-a-kiosk': refused('unknown_parameter', {
    environment: KIOSK,
    headers: { 'Access-Control-Allow-Origin': 'https://kiosk.example' },
  }),
  'v1-refused-post': refused('method_not_allowed', { status: 405, headers: { Allow: 'GET, HEAD, OPTIONS' } }),

  'v1-upstream-failing': { status: 503, outcome: 'upstream_unavailable', headers: { 'Retry-After': '5' } },
  'v1-upstream-busy': { status: 503, outcome: 'upstream_unavailable', headers: { 'Retry-After': '5' } },
  'v1-upstream-throttling': { environment: OWN_STORE, status: 503, outcome: 'upstream_unavailable' },
  'v1-upstream-html': { status: 502, outcome: 'upstream_invalid' },
  'v1-upstream-blank': { status: 400, outcome: 'upstream_refused' },
  'v1-prefer-wait': found({ cacheStatus: STORED }),
  'v1-upstream-hanging': { environment: IMPATIENT, status: 504, outcome: 'upstream_timeout' },
  'v1-preflight-of-a-kiosk': {
    environment: KIOSK,
    status: 204,
    outcome: 'nothing',
    headers: { 'Access-Control-Allow-Origin': 'https://kiosk.example', 'Access-Control-Allow-Methods': 'GET, HEAD' },
  },
};

const COUPONS = expect.arrayContaining([expect.objectContaining({ redeemed: false, transaction_number: null })]);
/** The look-up is answered, and a warning names the missing part. */
const missing = (sections: string) => ({
  warnings: [expect.objectContaining({ message: expect.stringContaining(`Missing here: ${sections}.`) })],
});

/** v2 look-ups that sections of v1.1 join. */
const JOINED: Readonly<Record<string, HttpRow>> = {
  'joined-coupons': found({ customer: { coupons: COUPONS, warnings: [] } }),
  'joined-ndnc-status': found({ customer: { ndncStatus: { mobile: 'NOT_FOUND' } } }),
  'joined-optin-status': found({ customer: { optinStatus: { sms: true, email: false } } }),
  'joined-registered-store': found({ customer: { registeredStore: { code: 'store.demo' } } }),
  'joined-registered-till': found({ customer: { registeredTill: { code: 'till.demo' } } }),
  'joined-retention-criteria': found({ customer: { retentionCriteria: { purchase: 5000, visits: 4 } } }),
  'joined-slab-history': found({ customer: { slabHistory: [{ from_slab: null }, { from_slab: 'Bronze' }] } }),
  'joined-tier-upgrade-criteria': found({ customer: { tierUpgradeCriteria: { threshold: 3000 } } }),
  'joined-every-section': found({
    customer: Object.fromEntries(JOINED_EMBEDS.map((embed) => [embed, expect.anything()])),
  }),
  'joined-in-any-case-and-twice': found({ customer: { coupons: COUPONS, slabHistory: expect.any(Array) } }),
  'joined-beside-embeds-of-v2': found({
    customer: { coupons: COUPONS, registeredStore: { code: 'store.demo' }, pointsSummary: expect.anything() },
  }),
  'joined-with-fields': found({
    customer: { coupons: expect.arrayContaining([{ code: 'MADEUP000211' }]) },
    lacks: ['profiles'],
  }),
  'joined-by-email': found({ customer: { coupons: COUPONS } }),
  'joined-by-external-id': found({ customer: { coupons: COUPONS } }),
  'joined-by-id-of-64-bits': found({ customer: { coupons: COUPONS } }),
  'joined-by-cardnumber': found({ customer: { coupons: COUPONS } }),
  'joined-by-card-external-id': found({ customer: { coupons: COUPONS } }),
  'joined-in-any-source': found({ customer: { coupons: COUPONS } }),
  'joined-missing-in-v1': found({ customer: missing('coupons'), lacks: ['coupons'] }),
  // Each half by itself is served, and not stored.
  'joined-partial': found({ cacheStatus: NOT_STORED, customer: { coupons: COUPONS } }),
  'joined-merged': found({ cacheStatus: STORED, customer: { id: 7_100_000_001, coupons: COUPONS } }),
  'joined-not-found': { status: 200, outcome: 8015, cacheStatus: STORED },
  'joined-erased': { status: 200, outcome: 8015, cacheStatus: NOT_STORED },
  'joined-dual-primary-with-others': found({ environment: DUAL, customer: { coupons: COUPONS } }),
  'joined-dual-refused-without-the-primary': refused('invalid_parameter', { environment: DUAL }),
  'joined-upstream-failing': { status: 503, outcome: 'upstream_unavailable', headers: { 'Retry-After': '5' } },
  'joined-refused-source': refused('invalid_parameter'),
  'joined-refused-identifier-wechat': refused('invalid_parameter'),
  'joined-refused-name-of-v1': refused('invalid_parameter'),
};

const batch = (outcome: string, row: Partial<HttpRow> = {}): HttpRow => ({
  status: 200,
  outcome,
  cacheStatus: 'lookaside; detail=batch',
  ...row,
});
const OF_BOTH_APIS = 'found, found, found, 8015, 8015, duplicate_parameter, invalid_parameter, 8003, invalid_parameter';

/** Batches of look-ups. */
const LOOKUPS: Readonly<Record<string, HttpRow>> = {
  'lookups-mixed': batch(OF_BOTH_APIS),
  'lookups-in-base64': batch('found'),
  'lookups-of-none': batch(''),
  'lookups-of-one-customer-twice': batch('found, found'),
  'lookups-of-the-most': batch(Array.from({ length: MAX_LOOKUPS }, () => '8015').join(', ')),
  'lookups-with-cache-control': batch('not_cached, found'),
  'lookups-for-a-kiosk': batch('found', {
    environment: KIOSK,
    headers: { 'Access-Control-Allow-Origin': 'https://kiosk.example', Vary: 'Origin' },
  }),
  'lookups-refused-too-many': refused('too_many_lookups'),
  'lookups-refused-no-body': refused('invalid_parameter'),
  'lookups-refused-no-json': refused('invalid_parameter'),
  'lookups-refused-no-object': refused('invalid_parameter'),
  'lookups-refused-no-list': refused('invalid_parameter'),
  'lookups-refused-no-lookups': refused('missing_parameter'),
  'lookups-refused-beside': refused('unknown_parameter'),
  'lookups-refused-get': refused('method_not_allowed', { status: 405, headers: { Allow: 'POST, OPTIONS' } }),
  'lookups-refused-put': refused('method_not_allowed', { status: 405, headers: { Allow: 'POST, OPTIONS' } }),
  'lookups-preflight-of-a-kiosk': {
    environment: KIOSK,
    status: 204,
    outcome: 'nothing',
    headers: {
      'Access-Control-Allow-Origin': 'https://kiosk.example',
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers':
        'x-api-key, cache-control, if-none-match, prefer, authorization, x-cap-api-oauth-token, content-type',
    },
  },
};

/** R12: HEAD gets the headers of GET, and no body; the length of the body is told. */
const head = (row: Partial<HttpRow> = {}): HttpRow => ({
  status: 200,
  outcome: 'nothing',
  cacheStatus: STORED,
  ...row,
  headers: {
    'Content-Type': 'application/json',
    'Content-Length': expect.stringMatching(/^[1-9]\d*$/) as unknown as string,
    ...row.headers,
  },
});
const HEAD: Readonly<Record<string, HttpRow>> = {
  'found-head': head({ headers: ENTITY }),
  'found-head-for-a-kiosk': head({
    environment: KIOSK,
    headers: { ...ENTITY, 'Access-Control-Allow-Origin': 'https://kiosk.example', Vary: 'Origin, Accept-Encoding' },
  }),
  'v1-found-head': head({ headers: ENTITY }),
  'refused-unknown-parameter-head': head({
    status: 400,
    cacheStatus: 'lookaside; detail=unknown_parameter',
    headers: { 'Content-Type': 'application/problem+json' },
  }),
  'health-head': head({ cacheStatus: 'lookaside; detail=health' }),
  'lookups-refused-head': head({
    status: 405,
    cacheStatus: 'lookaside; detail=method_not_allowed',
    headers: { 'Content-Type': 'application/problem+json', Allow: 'POST, OPTIONS' },
  }),
};

/** Callers of a class, as the value of the key says. */
const notAllowed = refused('not_allowed', { status: 403, environment: CLASSES });
const OF_CLASSES: Readonly<Record<string, HttpRow>> = {
  'class-of-a-till': found({ environment: CLASSES, customer: { loyaltyInfo: { loyaltyType: 'loyalty' } } }),
  'class-of-a-kiosk': found({
    environment: CLASSES,
    customer: { profiles: [{ firstName: 'आशा' }, { firstName: 'आशा' }] },
    lacks: ['loyaltyInfo', 'cardDetails', 'segments', ['profiles', '0', 'lastName'], ['profiles', '0', 'identifiers']],
  }),
  'class-of-a-kiosk-head': head({ environment: CLASSES, headers: ENTITY }),
  'class-of-a-kiosk-with-fields': found({
    environment: CLASSES,
    customer: { profiles: [{ firstName: 'आशा' }, { firstName: 'आशा' }] },
    lacks: ['loyaltyProgramDetails', ['profiles', '0', 'identifiers']],
  }),
  'v1-class-of-a-kiosk': found({
    environment: CLASSES,
    customer: { firstname: 'आशा' },
    lacks: ['lastname', 'mobile', 'email', 'external_id', 'coupons'],
  }),
  'class-refused-source': notAllowed,
  'class-refused-key': notAllowed,
  'class-refused-no-class': notAllowed,
  // An HTTP API hands requests over in the REST API's form.
  'http-api-signed-by-a-kiosk': found({ environment: SIGNED, ...OF_A_KIOSK }),
  'http-api-signed-by-another-role': found({ environment: SIGNED, customer: { id: 7_000_000_002 } }),
  'http-api-token-of-a-kiosk': found({ environment: BY_TOKEN, ...OF_A_KIOSK }),
  'http-api-token-of-two-classes': { ...notAllowed, environment: BY_TOKEN },
  'http-api-without-a-token': { ...notAllowed, environment: BY_TOKEN },
  'lookups-of-a-till': batch('found', { environment: CLASSES }),
  'lookups-refused-of-a-till': notAllowed,
};

/** R11: events that are not the function's own. */
const FOREIGN = ['scheduled', 'warm-up', 'sqs-records', 'http-api', 'alb', 'text', 'number', 'null'] as const;
const foreignTo = <R extends Row>(row: R, others: readonly string[] = []): Readonly<Record<string, R>> =>
  Object.fromEntries([...FOREIGN, ...others].map((kind) => [`foreign-${kind}`, row]));

const HTTP: Readonly<Record<string, HttpRow>> = {
  ...V2,
  ...V1,
  ...JOINED,
  ...LOOKUPS,
  ...HEAD,
  ...OF_CLASSES,
  ...foreignTo(refused('invalid_parameter'), ['look-up']),
};

const INVOKE: Readonly<Record<string, Row>> = {
  'found-mobile': { outcome: 'found' },
  'found-email': { outcome: 'found' },
  'found-wechat-with-account': { outcome: 'found' },
  'found-id-of-64-bits': { outcome: 'found' },
  'found-with-embed': { outcome: 'found' },
  'found-with-flags': { outcome: 'found' },
  'found-with-fields': { outcome: 'found' },
  'found-with-cache-control': { outcome: 'found' },
  'found-with-api': { outcome: 'found' },
  'not-found': { outcome: 8015 },
  erased: { outcome: 8015 },
  'only-if-cached': { outcome: 'not_cached' },
  'upstream-refusing': { outcome: 8003 },
  'upstream-failing': { outcome: 'upstream_unavailable' },
  'upstream-html': { outcome: 'upstream_invalid' },
  'upstream-blank': { outcome: '400' },
  wait: { outcome: 'found' },
  prefetch: { outcome: 'found, found' },
  'refused-wait-as-text': { outcome: 'invalid_parameter' },
  'upstream-hanging': { outcome: 'upstream_timeout', environment: IMPATIENT },
  'refused-unknown-field': { outcome: 'unknown_parameter' },
  'refused-missing-field': { outcome: 'missing_parameter' },
  'refused-account-missing': { outcome: 'missing_parameter' },
  'refused-identifier': { outcome: 'invalid_identifier' },
  'refused-gaps-without-mlp': { outcome: 'invalid_parameter' },
  'refused-wrong-type': { outcome: 'invalid_parameter' },
  'refused-unknown-api': { outcome: 'invalid_parameter' },
  'refused-cache-control': { outcome: 'invalid_parameter' },
  'refused-no-object': { outcome: 'invalid_parameter' },
  batch: { outcome: 'found, 8015, invalid_identifier, found, 8003' },
  'batch-of-none': { outcome: '' },
  'batch-refused-too-many': { outcome: 'too_many_lookups' },
  'batch-refused-no-list': { outcome: 'invalid_parameter' },
  'batch-refused-beside-a-lookup': { outcome: 'unknown_parameter' },
  'batch-with-an-element-of-no-object': { outcome: 'found, invalid_parameter' },
  'batch-of-both-apis': { outcome: OF_BOTH_APIS },

  joined: { outcome: 'found' },
  'joined-refused-source': { outcome: 'invalid_parameter' },
  'refused-language-of-v2': { outcome: 'unknown_parameter' },

  'found-as-a-till-asks': { outcome: 'found' },
  'found-abroad-as-the-upstream-lists-it': { outcome: 'found', environment: IN_GERMANY },
  'not-found-mobile-after-a-space': { outcome: 8015 },
  'refused-mobile-of-a-spreadsheet': { outcome: 'invalid_identifier' },
  'found-id-with-a-decimal-point': { outcome: 'found' },
  'found-id-as-a-number': { outcome: 'found' },
  'refused-id-that-no-number-holds': { outcome: 'invalid_parameter' },
  'refused-mobile-as-a-number': { outcome: 'invalid_parameter' },
  'dual-external-id-in-another-case': { outcome: 'found', environment: DUAL_BY_EXTERNAL_ID },
  'found-with-extra-parameters': { outcome: 'found', environment: EXTRA },
  'refused-extra-parameter': { outcome: 'unknown_parameter' },
  'v1-found-with-flags-of-1-and-0': { outcome: 'found' },
  'v1-found-id-with-a-decimal-point': { outcome: 'found' },

  'v1-found-mobile': { outcome: 'found' },
  'v1-found-id-of-64-bits': { outcome: 'found' },
  'v1-found-with-numbers': { outcome: 'found' },
  'v1-found-with-sections': { outcome: 'found' },
  'v1-found-with-language': { outcome: 'found' },
  'v1-found-with-fields': { outcome: 'found' },
  'v1-found-with-cache-control': { outcome: 'found' },
  'v1-not-found': { outcome: '1012' },
  'v1-erased': { outcome: '8015' },
  'v1-only-if-cached': { outcome: 'not_cached' },
  'v1-upstream-refusing': { outcome: '1042' },
  'v1-upstream-failing': { outcome: 'upstream_unavailable' },
  'v1-wait': { outcome: 'found' },
  'v1-upstream-hanging': { outcome: 'upstream_timeout', environment: IMPATIENT },
  'v1-refused-no-identifier': { outcome: 'missing_parameter' },
  'v1-refused-two-identifiers': { outcome: 'duplicate_parameter' },
  'v1-refused-comma': { outcome: 'invalid_identifier' },
  'v1-refused-id-that-no-number-holds': { outcome: 'invalid_parameter' },
  'v1-refused-mobile-as-a-number': { outcome: 'invalid_parameter' },
  'v1-refused-wrong-type': { outcome: 'invalid_parameter' },
  'v1-refused-identifier-of-v2': { outcome: 'unknown_parameter' },
  'v1-refused-embed': { outcome: 'unknown_parameter' },
  'v1-refused-gap-without-mlp': { outcome: 'invalid_parameter' },
  'v1-refused-language': { outcome: 'invalid_parameter' },
  'v1-refused-language-of-a-wrong-type': { outcome: 'invalid_parameter' },
  ...foreignTo({ outcome: 'invalid_parameter' }, ['rest-api']),
};

interface InvalidateRow extends HttpRow {
  /** A look-up of events/http that was answered before, besides `found-mobile`. */
  readonly before?: string;
  /** The next look-up of `found-mobile`, whose customer most events name: it was a hit before. */
  readonly next?: 'hit' | 'gone' | 'asked-afresh';
}

/** An entry that is found by the customer and by an identifier counts once. */
const actedUpon = (
  invalidated: number,
  next: InvalidateRow['next'] = 'gone',
  row: Partial<InvalidateRow> = {},
): InvalidateRow => ({ status: 200, outcome: `{"invalidated":${invalidated}}`, next, ...row });
/** Nothing listens there. */
const NO_STORE = { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' };

const INVALIDATE: Readonly<Record<string, InvalidateRow>> = {
  'purge-entries': { status: 204, outcome: 'nothing', next: 'gone' },
  'purge-entries-as-the-upstream-lists-it': { status: 204, outcome: 'nothing', next: 'gone' },
  'purge-entries-after-an-unescaped-plus': { status: 204, outcome: 'nothing', next: 'gone' },
  'purge-entries-of-any-account': { status: 204, outcome: 'nothing', next: 'gone' },
  'purge-entries-refused-after-an-unescaped-plus': refused('invalid_identifier'),
  'purge-entries-of-an-account': { status: 204, outcome: 'nothing', next: 'hit' },
  'purge-entries-refused-account-missing': refused('missing_parameter'),
  'purge-entries-refused-identifier': refused('invalid_identifier'),
  'purge-entries-refused-no-query': refused('missing_parameter'),
  'purge-entries-refused-unknown-parameter': refused('unknown_parameter'),
  'purge-entries-refused-get': refused('method_not_allowed', { status: 405, headers: { Allow: 'DELETE, OPTIONS' } }),
  'purge-customer': { status: 200, outcome: '{"purged":1}', next: 'gone' },
  // B17
  'purge-customer-with-leading-zeros': { status: 200, outcome: '{"purged":1}', next: 'gone' },
  'purge-customer-never-seen': { status: 200, outcome: '{"purged":0}', next: 'hit' },
  'purge-customer-refused-id': refused('invalid_parameter'),
  'purge-customer-refused-post': refused('method_not_allowed', { status: 405, headers: { Allow: 'DELETE, OPTIONS' } }),
  'purge-customer-without-a-store': refused('store_unavailable', { status: 503, environment: NO_STORE }),

  'event-in-its-own-envelope': actedUpon(1),
  'event-in-attributes': actedUpon(1),
  'event-in-body': actedUpon(1),
  'event-in-data': actedUpon(1),
  'event-in-base64': actedUpon(1),
  'event-of-a-numbered-type': actedUpon(1, 'asked-afresh'),
  'event-points-issued': actedUpon(1, 'asked-afresh'),
  'event-tier-upgraded': actedUpon(1, 'asked-afresh'),
  'event-transaction-added': actedUpon(1, 'asked-afresh'),
  'event-of-identifiers-alone': actedUpon(1),
  'event-of-an-account': actedUpon(0, 'hit'),
  'event-of-a-changed-number': actedUpon(1),
  'event-of-a-merge': actedUpon(1),
  'event-of-an-erasure': actedUpon(1),
  'event-of-an-unknown-name': actedUpon(1),
  'event-of-nobody': actedUpon(0, 'hit'),
  // K2
  'event-of-unreadable-identifiers': actedUpon(0, 'hit'),
  'event-of-lists-of-nothing': actedUpon(0, 'hit'),
  // R2
  'event-of-an-id-with-a-decimal-point': actedUpon(1, 'asked-afresh'),
  'event-of-an-id-with-an-exponent': actedUpon(1, 'asked-afresh'),
  // R3
  'event-card-updated': actedUpon(2, 'gone', { before: 'found-cardnumber' }),
  'event-card-updated-in-another-spelling': actedUpon(2, 'gone', { before: 'found-cardnumber' }),
  'event-points-of-a-card': actedUpon(2, 'asked-afresh', { before: 'found-cardnumber' }),
  // R4
  'event-of-updated-fields': actedUpon(1),
  'event-of-taobao': actedUpon(1, 'hit', { before: 'not-found-in-taobao' }),
  // R5
  'event-with-a-byte-order-mark': actedUpon(1),
  'event-in-a-text': actedUpon(1),
  'event-in-a-message': actedUpon(1),
  'event-in-other-letter-case': actedUpon(1),
  'event-of-an-entity': actedUpon(1, 'asked-afresh'),
  'event-of-an-entity-without-a-type': actedUpon(1, 'asked-afresh'),
  'event-of-an-entity-of-another-type': actedUpon(0, 'hit'),
  'event-of-the-stores-id': actedUpon(1),
  'event-of-a-mobile-beside': actedUpon(1),
  'event-of-a-mobile-with-an-exponent': actedUpon(1),
  'event-of-an-email-beside': actedUpon(2, 'gone', { before: 'found-email' }),
  'event-of-an-external-id-beside': actedUpon(2, 'gone', { before: 'found-external-id' }),
  // B16
  'event-nested-deeper-than-the-stack': actedUpon(1),
  'event-packed': actedUpon(1),
  'event-packed-to-be-too-large': refused('too_many_requests', { status: 429, headers: { 'Retry-After': '5' } }),
  'event-in-another-coding': refused('too_many_requests', { status: 429, headers: { 'Retry-After': '5' } }),
  'event-refused-packed-and-cut-off': refused('invalid_parameter'),
  'event-refused-no-utf-8': refused('invalid_parameter'),
  'event-without-a-store': refused('too_many_requests', {
    status: 429,
    environment: NO_STORE,
    headers: { 'Retry-After': '5' },
  }),
  'event-refused-secret': refused('unauthorized', { status: 401 }),
  'event-refused-no-secret': refused('unauthorized', { status: 401 }),
  'event-refused-no-json': refused('invalid_parameter'),
  'event-refused-no-object': refused('invalid_parameter'),
  'event-refused-get': refused('method_not_allowed', { status: 405, headers: { Allow: 'POST, OPTIONS' } }),
  ...foreignTo<InvalidateRow>(refused('invalid_parameter')),
};

/** The whole log, of all events. */
const logged: string[] = [];
const log = {
  info: (...line: unknown[]) => void logged.push(JSON.stringify(line)),
  error: (...line: unknown[]) => void logged.push(JSON.stringify(line)),
};

/** Uses the store and the simulator of the others, which is faster than one for each. */
let base: RunningFunctions;

beforeAll(async () => {
  base = await startFunctions({}, { log, simulator: { latencyMs: 0 } });
});
afterAll(() => base.close());

/** Functions with an empty cache: entries of one key secret do not exist for another. */
function start(environment: Environment = {}): Promise<RunningFunctions> {
  const shared = {
    AWS_ENDPOINT_URL_DYNAMODB: base.store.url,
    UPSTREAM_BASE_URL: base.simulator?.url,
    UPSTREAM_CREDENTIALS: JSON.stringify(DEFAULT_BASIC_CREDENTIALS),
    CACHE_KEY_SECRET: randomUUID(),
    ...PATIENT,
  };
  // A simulator has dual eligibility either on or off.
  const own = environment.PRIMARY_IDENTIFIER === undefined ? {} : { UPSTREAM_BASE_URL: '' };
  const options = { log, simulator: { latencyMs: 0 }, startsWithFirstEvent: true };
  return startFunctions({ ...shared, ...environment, ...own }, options);
}

/** Functions for the refused requests of one environment, which leave nothing behind. */
const refusing = new Map<Environment | undefined, Promise<RunningFunctions>>();
afterAll(async () => {
  for (const functions of refusing.values()) await (await functions).close();
});

/** Functions for one request. Requests that the service itself refuses share them: that is faster. */
async function startFor({ environment, status, outcome, cacheStatus }: HttpRow): Promise<RunningFunctions> {
  if (status !== 400 || cacheStatus !== `lookaside; detail=${outcome}`) return start(environment);
  const shared = refusing.get(environment) ?? start(environment);
  refusing.set(environment, shared);
  return { ...(await shared), close: async () => undefined };
}

function filesOf(folder: EventFolder): string[] {
  return readdirSync(new URL(folder, EVENTS)).map((file) => file.replace(/\.json$/, ''));
}

function read(folder: EventFolder, name: string): string {
  return readFileSync(new URL(`${folder}/${name}.json`, EVENTS), 'utf8');
}

async function request(functions: RunningFunctions, name: string, folder: EventFolder = 'http') {
  const outcome = await runEvent(functions, folder, read(folder, name));
  if (outcome.kind !== 'reply') throw new Error(`${name} made the function throw`);
  const { status, headers } = outcome.reply;
  return { status, body: textOf(outcome.reply), header: (header: string) => [headers[header] ?? []].flat()[0] };
}

interface Body {
  readonly id?: number;
  readonly status?: unknown;
  readonly code?: string;
  readonly kind?: string;
  /** The whole of a v1.1 reply. */
  readonly response?: { readonly customers: { readonly customer: readonly [CustomerV1] } };
  readonly upstream?: { readonly code: number | string };
  readonly errors?: readonly { readonly code: string | number }[];
  readonly results?: readonly Body[];
}

interface CustomerV1 {
  /** Only if there is one. */
  readonly user_id?: string;
  readonly item_status: { readonly code: string };
}

function httpOutcome(body: string): string | number | undefined {
  if (body === '') return 'nothing';
  const { id, status, code, errors, response, results } = JSON.parse(body) as Body;
  if (results !== undefined) return results.map(invokeOutcome).join(', ');
  if (response !== undefined) {
    const [{ user_id: userId, item_status: itemStatus }] = response.customers.customer;
    return userId === undefined ? itemStatus.code : 'found';
  }
  return id === undefined ? (code ?? errors?.[0]?.code ?? String(status)) : 'found';
}

/** The customer of a reply, of either API. */
function customerIn(body: string): unknown {
  const reply = JSON.parse(body) as Body;
  return reply.response?.customers.customer[0] ?? reply;
}

function invokeOutcome({ kind, code, upstream, results }: Body): string | number | undefined {
  if (results !== undefined) return results.map(invokeOutcome).join(', ');
  return kind === 'found' ? 'found' : (upstream?.code ?? code);
}

test('each event file has a row here, and each row its file', () => {
  expect(filesOf('http').sort()).toEqual(Object.keys(HTTP).sort());
  expect(filesOf('invoke').sort()).toEqual(Object.keys(INVOKE).sort());
  expect(filesOf('invalidate').sort()).toEqual(Object.keys(INVALIDATE).sort());
});

describe('events/http', () => {
  test.each(Object.entries(HTTP))('%s', async (name, row) => {
    const { status, outcome, cacheStatus, headers = {}, customer, lacks = [] } = row;
    const functions = await startFor(row);
    try {
      const reply = await request(functions, name);

      expect({ status: reply.status, outcome: httpOutcome(reply.body) }).toEqual({ status, outcome });
      if (cacheStatus !== undefined) expect(reply.header('Cache-Status')).toBe(cacheStatus);
      expect(reply.header('Cache-Control')).toBe('no-store');
      expect(reply.header('X-Content-Type-Options')).toBe('nosniff');
      for (const [header, value] of Object.entries(headers)) expect(reply.header(header)).toEqual(value);
      // Sections of v2's base reply and of v1.1's: the request asks for neither.
      if (outcome === 'found') expect(reply.body).not.toMatch(/"(?:attribution|registered_by)"/);
      if (customer !== undefined) expect(customerIn(reply.body)).toMatchObject(customer);
      for (const name of lacks)
        expect(customerIn(reply.body)).not.toHaveProperty(typeof name === 'string' ? name : [...name]);
    } finally {
      await functions.close();
    }
  });
});

describe('events/http, one after the other', () => {
  let functions: RunningFunctions;
  beforeAll(async () => {
    functions = await start();
  });
  afterAll(() => functions.close());

  test.each([
    ['mobile', filesOf('http').filter((name) => name.startsWith('found-mobile'))],
    ['email', ['found-email', 'found-email-in-capitals']],
    ['card number', ['found-cardnumber', 'found-cardnumber-with-spaces', 'found-card-number']],
    ['id', ['found-id-with-a-decimal-point', 'found-id-in-scientific-notation', 'found-id-with-leading-zeros']],
    ['embed', ['found-with-embed-points-and-mlp', 'found-with-embed-in-any-case-and-twice']],
    [
      'mobile of v1.1',
      [
        ...filesOf('http').filter((name) => name.startsWith('v1-found-mobile')),
        'v1-found-with-format-and-user-id',
        'v1-found-with-format-in-capitals-and-no-user-id',
      ],
    ],
    ['email of v1.1', ['v1-found-email', 'v1-found-email-in-capitals']],
    ['card number of v1.1', ['v1-found-card-number', 'v1-found-card-number-with-spaces']],
    ['language', ['v1-found-with-language', 'v1-found-with-language-in-capitals']],
  ])('every spelling of a %s is one entry', async (_, [first = '', ...others]) => {
    const miss = await request(functions, first);
    expect(miss.header('Cache-Status')).toBe(STORED);

    for (const name of others) {
      const hit = await request(functions, name);
      expect([name, hit.header('Cache-Status')]).toEqual([
        name,
        expect.stringMatching(/^lookaside; hit; ttl=\d+$/) as unknown,
      ]);
      expect(hit.body).toBe(miss.body);
    }
    expect(others.length).toBeGreaterThan(0);
  });
});

describe('events/invoke', () => {
  test.each(Object.entries(INVOKE))('%s', async (name, { environment, outcome }) => {
    const functions = await start(environment);
    try {
      const result = await runEvent(functions, 'invoke', read('invoke', name));

      if (result.kind !== 'invocation') throw new Error('not an invocation');
      expect(result.invocation.isError).toBe(false);
      expect(invokeOutcome(JSON.parse(result.invocation.json) as Body)).toBe(outcome);
    } finally {
      await functions.close();
    }
  });
});

const NEXT = {
  hit: expect.stringMatching(/^lookaside; hit; ttl=\d+$/) as unknown as string,
  // For half a second after a purge or a mark, as far as clocks may differ, nothing of that customer is stored.
  gone: expect.stringMatching(/^lookaside; fwd=miss; fwd-status=200(; stored)?$/) as unknown as string,
  'asked-afresh': expect.stringMatching(/^lookaside; fwd=stale; fwd-status=200(; stored)?$/) as unknown as string,
};

describe('events/invalidate', () => {
  test.each(Object.entries(INVALIDATE))('%s', async (name, row) => {
    const { environment, status, outcome, cacheStatus = 'lookaside; detail=invalidation', headers = {}, next } = row;
    const functions = await start(environment);
    try {
      await request(functions, 'found-mobile');
      if (row.before !== undefined) await request(functions, row.before);

      const reply = await request(functions, name, 'invalidate');

      const isProblem = reply.header('Content-Type') === 'application/problem+json';
      expect({
        status: reply.status,
        outcome: isProblem || reply.body === '' ? httpOutcome(reply.body) : reply.body,
        cacheStatus: reply.header('Cache-Status'),
      }).toEqual({ status, outcome, cacheStatus });
      expect(reply.header('Cache-Control')).toBe('no-store');
      for (const [header, value] of Object.entries(headers)) expect(reply.header(header)).toEqual(value);
      if (environment !== NO_STORE) {
        expect((await request(functions, 'found-mobile')).header('Cache-Status')).toEqual(NEXT[next ?? 'hit']);
      }
    } finally {
      await functions.close();
    }
  });
});

describe("events/invalidate, and v1.1's entry of that customer", () => {
  const rows = Object.entries(INVALIDATE).filter(([, { environment }]) => environment === undefined);

  test.each(rows)('%s', async (name, { next = 'hit', before }) => {
    const functions = await start();
    try {
      await request(functions, 'v1-found-mobile');
      if (before !== undefined) await request(functions, before);
      await request(functions, name, 'invalidate');

      expect((await request(functions, 'v1-found-mobile')).header('Cache-Status')).toEqual(NEXT[next]);
    } finally {
      await functions.close();
    }
  });

  test('a purge of a customer counts the entries of both APIs', async () => {
    const functions = await start();
    try {
      await request(functions, 'joined-coupons');

      expect((await request(functions, 'purge-customer', 'invalidate')).body).toBe('{"purged":2}');
    } finally {
      await functions.close();
    }
  });
});

test('no event leaves an identifier, a name or a key in the log', () => {
  expect(logged.length).toBeGreaterThan(Object.keys(HTTP).length);
  const personal = ['9000000002', '7000000002', '99000000', 'customer-2', 'CUST-', 'wechat-openid', 'home@', 'उदाहरण'];
  const filters = ['BILL-', 'till.demo', 'store.demo', 'CardExt'];
  const secrets = ['made-up-key', 'local-webhook-secret', 'AKIDMADEUP'];
  expect([...personal, ...filters, ...secrets].filter((text) => logged.some((line) => line.includes(text)))).toEqual(
    [],
  );
});
