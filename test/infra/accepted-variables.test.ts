import { describe, expect, test } from '@jest/globals';
import { LAMBDA_ENVIRONMENT } from '../../bench/hit/lambda-environment.ts';
import { parseCanarySettings } from '../../functions/settings/canary-settings.ts';
import { parseSettings } from '../../functions/settings/settings.ts';
import { TEMPLATES } from './all-templates.ts';
import { propertiesOf, type Template } from './templates.ts';

// A function that does not accept its variables stops at its start, and so after the deployment.

/** What the deploying person and AWS give. */
const GIVEN: Readonly<Record<string, string>> = {
  UpstreamBaseUrl: 'https://upstream.example',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '111122223333',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};
/** What CloudFormation puts in the place of a resource or of its attribute, by its type: its name or its ARN. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::RestApi': 'abcdefghij',
  'AWS::ApiGateway::Stage': 'live',
  'AWS::ApiGatewayV2::Api': 'abcdefghij',
  'AWS::ApiGatewayV2::Api.ApiEndpoint': 'https://abcdefghij.execute-api.eu-west-1.amazonaws.com',
  'AWS::ApiGatewayV2::Stage': 'live',
  'AWS::DynamoDB::Table': 'arn:aws:dynamodb:eu-west-1:111122223333:table/lookaside',
  'AWS::DynamoDB::GlobalTable': 'arn:aws:dynamodb:eu-west-1:111122223333:table/lookaside',
  'AWS::Lambda::Function': 'lookaside-revalidate',
  'AWS::SecretsManager::Secret': 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:made-up-AbCdEf',
};

/** A value of a template as CloudFormation gives it to a function. */
function deployed(value: unknown, template: Template): string {
  if (typeof value === 'string') return value;
  const [[intrinsic, given] = []] = Object.entries(value as Readonly<Record<string, unknown>>);
  switch (intrinsic) {
    case 'Fn::Join': {
      const [separator, parts] = given as readonly [string, readonly unknown[]];
      return parts.map((part) => deployed(part, template)).join(separator);
    }
    case 'Fn::GetAtt':
      return named(given as readonly string[], template);
    case 'Ref':
      return named([given as string], template);
    default:
      throw new Error(`The test does not know ${intrinsic}.`);
  }
}

function named([id = '', attribute]: readonly string[], { Resources, Parameters = {} }: Template): string {
  const type = Resources[id]?.Type ?? '';
  const name = GIVEN[id] ?? Parameters[id]?.Default ?? NAMES[`${type}.${attribute}`] ?? NAMES[type];
  if (name === undefined) throw new Error(`The test has no name for ${id} ${type}.`);
  return name;
}

describe.each(TEMPLATES)('the functions of an environment: %s', (_environment, template) => {
  const functions = propertiesOf(template, 'AWS::Lambda::Function').filter(({ Environment }) => Environment);

  test.each(functions.map((each) => [String(each.FunctionName), each.Environment.Variables] as const))(
    '%s accepts the variables that it gets',
    (_name, given) => {
      const variables = Object.fromEntries(
        Object.entries(given).map(([name, value]) => {
          const text = deployed(value, template);
          return [name, text.replace(/\{\{resolve:[^}]*\}\}/g, 'made-up-secret-of-many-letters')];
        }),
      );
      const parse = 'CANARY_URL' in variables ? parseCanarySettings : parseSettings;
      expect(() => parse({ ...LAMBDA_ENVIRONMENT, ...variables })).not.toThrow();
    },
  );
});
