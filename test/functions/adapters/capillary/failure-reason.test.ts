import { expect, test } from '@jest/globals';
import { failureReason } from '../../../../functions/adapters/capillary/failure-reason.ts';

const coded = (code: unknown, cause?: unknown) => Object.assign(new Error('x', { cause }), { code });
const named = (name: string, cause?: unknown) => Object.assign(new Error('x', { cause }), { name });

test.each<[string, unknown, string | undefined]>([
  ["Node's code", coded('ENOTFOUND'), 'ENOTFOUND'],
  ["TLS's code", coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ["the name of AWS's error", named('AccessDeniedException'), 'AccessDeniedException'],
  [
    'the code of all addresses together',
    Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }),
    'ECONNREFUSED',
  ],
  ['the code of the cause', new Error('x', { cause: coded('CERT_HAS_EXPIRED') }), 'CERT_HAS_EXPIRED'],
  ['the code of the cause of a code that is a number', coded(5, coded('EPIPE')), 'EPIPE'],
  [
    'the name beside a code that is a number',
    Object.assign(named('ThrottlingException'), { code: 5 }),
    'ThrottlingException',
  ],
  ['nothing for an error without a name', new Error('x'), undefined],
  ['nothing for a code that may hold data', coded('till:secret'), undefined],
  ['nothing for a very long code', coded('E'.repeat(65)), undefined],
  ['nothing for a text', 'ENOTFOUND', undefined],
  ['nothing for nothing', undefined, undefined],
])('the reason of a failure is %s', (_title, error, reason) => {
  expect(failureReason(error)).toBe(reason);
});
