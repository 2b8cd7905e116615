import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Template as Assertions } from 'aws-cdk-lib/assertions';
import { ENVIRONMENTS } from '../../infra/environments.ts';
import { createStack } from './create-stack.ts';
import { propertiesOf, type Template } from './templates.ts';

const template: Template = Assertions.fromStack(createStack(ENVIRONMENTS.production)).toJSON() as never;
const [, section = ''] = readFileSync('docs/deploying.md', 'utf8').split('\n### Limits of an account and region\n');

/** What the page says that production takes of a limit. */
function takenOf(what: string): string | undefined {
  const rows = (section.split('\n### ')[0] ?? '').split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return rows.find(([, first]) => first === what)?.[3];
}

describe('docs/deploying.md says what production takes of an account', () => {
  test('of instances: the reservations of its functions, so that a second production does not fit beside it', () => {
    const reserved = propertiesOf(template, 'AWS::Lambda::Function').flatMap(
      ({ FunctionName, ReservedConcurrentExecutions }) =>
        ReservedConcurrentExecutions === undefined
          ? []
          : [{ entry: FunctionName.split('-').at(-1), instances: ReservedConcurrentExecutions as number }],
    );
    const sum = reserved.reduce((total, { instances }) => total + instances, 0);
    expect(takenOf('instances of Lambda')).toContain(`${sum} reserved:`);
    for (const { entry, instances } of reserved) {
      expect(takenOf('instances of Lambda')).toContain(`${instances} for \`${entry}\``);
    }
    expect(sum).toBeLessThanOrEqual(900);
    expect(2 * sum).toBeGreaterThan(900);
  });

  test('of requests: the rate of its stage', () => {
    const [stage] = propertiesOf(template, 'AWS::ApiGateway::Stage');
    const [{ ThrottlingRateLimit: rate }] = stage.MethodSettings;
    expect(takenOf('requests of all APIs')).toContain(`up to ${rate} a second`);
  });

  test.each([
    ['API keys', ['AWS::ApiGateway::ApiKey']],
    ['usage plans', ['AWS::ApiGateway::UsagePlan']],
    ['alarms', ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm']],
  ])('of %s', (what, types) => {
    const count = types.reduce((sum, type) => sum + propertiesOf(template, type).length, 0);
    expect(takenOf(what)).toMatch(new RegExp(`^${count}(?!\\d)`));
  });

  test('of elastic IP addresses', () => {
    expect(propertiesOf(template, 'AWS::EC2::EIP')).toEqual([]);
    expect(takenOf('elastic IP addresses')).toMatch(/^none;/);
  });
});
