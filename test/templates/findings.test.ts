import { describe, expect, test } from '@jest/globals';
import { type Finding, ofCfnLint, ofCheckov, unexplained } from './findings.ts';
import { SKIPS } from './skips.ts';

const CFN_LINT = JSON.stringify([
  {
    Level: 'Warning',
    Location: { Path: ['Resources', 'HttpFunction', 'DependsOn', 1] },
    Message: 'dependency already enforced',
    Rule: { Id: 'W3005' },
  },
  { Level: 'Error', Location: {}, Message: 'no such property', Rule: { Id: 'E3002' } },
]);
const checkov = (summary: object) =>
  JSON.stringify({
    results: {
      failed_checks: [
        { check_id: 'CKV_AWS_28', check_name: 'Point in time recovery', resource: 'AWS::DynamoDB::Table.CacheTable' },
      ],
    },
    summary,
  });
const READ = { failed: 1, parsing_errors: 0, resource_count: 102 };

test('cfn-lint’s report is read: check, resource, words', () => {
  expect(ofCfnLint(CFN_LINT)).toEqual([
    { tool: 'cfn-lint', check: 'W3005', resource: 'HttpFunction', says: 'dependency already enforced' },
    { tool: 'cfn-lint', check: 'E3002', resource: 'template', says: 'no such property' },
  ]);
  expect(ofCfnLint('[]')).toEqual([]);
});

test('checkov’s report is read: check, resource, words', () => {
  expect(ofCheckov(checkov(READ))).toEqual([
    { tool: 'checkov', check: 'CKV_AWS_28', resource: 'CacheTable', says: 'Point in time recovery' },
  ]);
});

test.each([
  ['a template that could not be read', checkov({ ...READ, parsing_errors: 1 })],
  ['no resource', checkov({ ...READ, resource_count: 0 })],
  ['no summary', '{"results":{"failed_checks":[]}}'],
])('a report of checkov about %s does not count as clean', (_case, report) => {
  expect(() => ofCheckov(report)).toThrow('checkov could not read');
});

describe('a finding is unexplained', () => {
  const finding: Finding = { tool: 'checkov', check: 'CKV_AWS_28', resource: 'CacheTable', says: '' };

  test('unless a skip of the same tool names its check', () => {
    expect(unexplained([finding], [{ tool: 'checkov', check: 'CKV_AWS_28', reason: '' }])).toEqual([]);
    expect(unexplained([finding], [{ tool: 'cfn-lint', check: 'CKV_AWS_28', reason: '' }])).toEqual([finding]);
    expect(unexplained([finding], [{ tool: 'checkov', check: 'CKV_AWS_2', reason: '' }])).toEqual([finding]);
  });
});

test('each skip has a reason, and stands once', () => {
  for (const { reason } of SKIPS) expect(reason).toMatch(/^.{40,}\.$/);
  expect(new Set(SKIPS.map(({ tool, check }) => `${tool} ${check}`)).size).toBe(SKIPS.length);
});
