import type { Parameters, Sent } from '../asked.ts';

/** Callers that ask for one subject: by v2, and by v1.1 if it knows such subjects. */
export interface CallersSubject {
  readonly v2: Parameters;
  readonly v1: Parameters | undefined;
  /** The customer that it finds at first; undefined: none. */
  readonly customer: string | undefined;
}

/** Look-ups with subjects that differ in one part each. */
export const SUBJECTS: readonly CallersSubject[] = [
  {
    v2: { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'A' },
    v1: { external_id: 'A' },
    customer: '1',
  },
  {
    v2: { source: 'INSTORE', identifierName: 'cardnumber', identifierValue: 'A' },
    v1: { card_number: 'A' },
    customer: '1',
  },
  {
    v2: { source: 'WECHAT', accountId: 'one', identifierName: 'wechat', identifierValue: 'A' },
    v1: undefined,
    customer: '2',
  },
  {
    v2: { source: 'WECHAT', accountId: 'two', identifierName: 'wechat', identifierValue: 'A' },
    v1: undefined,
    customer: '3',
  },
  {
    v2: { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'B' },
    v1: { external_id: 'B' },
    customer: undefined,
  },
];

export const CUSTOMERS = ['1', '2', '3'];

/** Spellings of three variants of v2. */
const EMBEDS = ['', '', '', 'points', 'points,mlp', 'mlp,Points'];
/** Sections that only v1.1 has, and one further section. */
const JOINED_EMBEDS = ['coupons', 'Coupons,points', 'slabHistory'];
/** Variants of v1.1; a joined look-up asks for the last one. */
const V1_SECTIONS: readonly Parameters[] = [{}, {}, { mlp: 'true' }, { coupon_order_by: 'created_date' }];

/** Every way in which callers ask for a subject. */
export const SENT_AS = {
  v2: EMBEDS,
  joined: JOINED_EMBEDS,
  'v1.1': V1_SECTIONS,
} as const;

export function byV2({ v2 }: CallersSubject, embed: string): Sent {
  return { api: 'v2', parameters: embed === '' ? v2 : { ...v2, embed } };
}

/** @throws {RangeError} if v1.1 knows no such subject */
export function byV1({ v1 }: CallersSubject, sections: Parameters): Sent {
  if (v1 === undefined) throw new RangeError('v1.1 knows no such subject.');
  return { api: 'v1.1', parameters: { ...v1, ...sections } };
}
