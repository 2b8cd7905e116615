import { expect, test } from '@jest/globals';
import { problem } from '../../../functions/rest/problem.ts';
import type { ProblemCode } from '../../../functions/rest/problem-code.ts';

test.each<[ProblemCode, number, string]>([
  ['invalid_parameter', 400, 'Bad Request'],
  ['unauthorized', 401, 'Unauthorized'],
  ['forbidden', 403, 'Forbidden'],
  ['not_found', 404, 'Not Found'],
  ['method_not_allowed', 405, 'Method Not Allowed'],
  ['too_large', 413, 'Content Too Large'],
  ['too_many_requests', 429, 'Too Many Requests'],
  ['internal_error', 500, 'Internal Server Error'],
  ['upstream_invalid', 502, 'Bad Gateway'],
  ['upstream_unavailable', 503, 'Service Unavailable'],
  ['upstream_timeout', 504, 'Gateway Timeout'],
])('the problem %s has status %i and its title', (code, status, title) => {
  const { body, ...reply } = problem(code, 'What was wrong.', 'r-1', { Allow: 'GET' });
  expect(reply).toEqual({
    status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Status': `lookaside; detail=${code}`, Allow: 'GET' },
    report: { code },
  });
  expect(JSON.parse(body)).toEqual({
    type: 'about:blank',
    title,
    status,
    detail: 'What was wrong.',
    code,
    requestId: 'r-1',
    errors: [{ status: false, code, message: 'What was wrong.' }],
  });
});
