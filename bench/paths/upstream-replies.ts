import { basicAuthorization, DEFAULT_BASIC_CREDENTIALS } from '../../simulator/credentials.ts';
import { APIS } from '../../simulator/request.ts';
import { SimulatedUpstream } from '../../simulator/simulated-upstream.ts';
import type { CannedReply } from '../hit/canned-upstream.ts';

/** A made-up customer of the simulator, whose digits another customer's replace. */
const MODEL = { mobile: '9000000002', id: '7000000002' } as const;

/** Mobile numbers that begin with it have no customer, here and in the simulator. */
const MISSING = '98';

/** The mobile number of a made-up customer, as a till types it. @param n from 0 on */
export const customerMobile = (n: number) => String(Number(MODEL.mobile) + n);

/** A mobile number without a customer. @param n from 0 on */
export const missingMobile = (n: number) => `${MISSING}${String(n).padStart(8, '0')}`;

/**
 * The replies of the simulator, by path and query, for any number of customers. Each is made once, and then filled in:
 * the upstream's own work is small.
 */
export function simulatedReplies(): (asked: URL) => CannedReply {
  const upstream = new SimulatedUpstream({ errorStatus: 404 });
  const headers = { authorization: basicAuthorization(DEFAULT_BASIC_CREDENTIALS) };
  const known = new Map<string, CannedReply>();

  const modelOf = ({ pathname, searchParams }: URL, mobile: string): CannedReply => {
    const query = new URLSearchParams(searchParams);
    const name = query.has('mobile') ? 'mobile' : 'identifierValue';
    query.set(name, mobile.startsWith(MISSING) ? missingMobile(0) : MODEL.mobile);
    const kind = `${pathname}?${query}`;
    const reply =
      known.get(kind) ?? upstream.answer({ api: APIS[pathname], method: 'GET', query, headers, body: '' }).reply;
    known.set(kind, { status: reply.status, body: reply.body });
    return reply;
  };

  return (asked) => {
    const given = asked.searchParams.get('identifierValue') ?? asked.searchParams.get('mobile') ?? '';
    const mobile = given.slice(-MODEL.mobile.length);
    const { status, body } = modelOf(asked, mobile);
    const id = String(Number(mobile) - Number(MODEL.mobile) + Number(MODEL.id));
    return { status, body: body.replaceAll(MODEL.mobile, mobile).replaceAll(MODEL.id, id) };
  };
}
