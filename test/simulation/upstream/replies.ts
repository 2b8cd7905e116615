import type { JsonObject } from '../../../functions/customer/json/json.ts';
import type { Api, CanonicalRequest } from '../../../functions/customer/request/canonical-request.ts';
import type { Asked } from '../asked.ts';

export interface ReplyParts {
  readonly request: CanonicalRequest;
  readonly asked: Asked;
  readonly customer: string;
  /** It stands in the texts, so that the checker knows their answers. */
  readonly serial: number;
  /** The value of the identifier that the reply lists. */
  readonly listed: string;
}

/** The reply of each API about a customer: the parts that the look-up reads. */
export const REPLIES: Readonly<Record<Api, (parts: ReplyParts) => JsonObject>> = {
  v2: ({ request, asked, customer, serial, listed }) => {
    const name = request.subject?.identifier.name ?? '';
    const identifiers = [{ type: name, value: listed }];
    return {
      id: customer,
      profiles: [{ firstName: `s${serial}`, lastName: `of ${customer}`, identifiers }],
      cardDetails: name === 'cardnumber' ? [{ cardNumber: listed }] : [],
      pointsSummary: { of: asked.identity },
    };
  },
  'v1.1': ({ request, customer, serial, listed }) => {
    const isCard = request.subject?.identifier.name === 'cardnumber';
    const status = { success: 'true', code: '1000', message: 'Customer successfully retrieved' };
    const one = {
      firstname: `s${serial}`,
      lastname: `of ${customer}`,
      user_id: customer,
      item_status: status,
      ...(isCard ? { card_details: { card: [{ card_number: listed }] } } : { external_id: listed }),
      // The sections that join a reply of v2 must name the answer that they come from.
      coupons: { coupon: [{ code: `s${serial}` }] },
      slab_history: [{ changed_by: `s${serial}` }],
    };
    return {
      response: { status: { success: 'true', code: '200', message: 'SUCCESS' }, customers: { customer: [one] } },
    };
  },
};

/** The reply of each API about a customer that it does not give. */
export const ERRORS: Readonly<Record<Api, (serial: number) => JsonObject>> = {
  v2: (serial) => ({ errors: [{ status: false, code: '1', message: `s${serial}` }], warnings: [] }),
  'v1.1': (serial) => ({ response: { status: { success: 'false', code: '1', message: `s${serial}` } } }),
};
