import { createHash } from 'node:crypto';
import { Lazy, Stack } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';

/** How many characters of the hash stand in a description: enough, so that two of them do not agree by chance. */
const CHARACTERS = 12;

/** The properties of a version. The description is apart, because it gets the fingerprint. */
const PROPERTIES = [
  'architectures',
  'code',
  'environment',
  'functionName',
  'handler',
  'kmsKeyArn',
  'loggingConfig',
  'memorySize',
  'role',
  'runtime',
  'timeout',
  'vpcConfig',
] as const satisfies readonly (keyof CfnFunction)[];

/**
 * Ends the description of a function with a fingerprint of the texts of its properties, such as `(3f9c1a2b4d5e)`.
 *
 * CDK makes a new version if a text of the template changes. Lambda publishes a version only if a value changes. Some
 * changes alter a text without its value: a pinned account, the upstream's address in another place, a secret's
 * reference without its version. Then Lambda would publish no version, and the deployment would fail. The description
 * is a value of Lambda, so with the fingerprint in it a changed text is always a changed value. The fingerprint is made
 * of references, so it says nothing about a secret.
 */
export function fingerprint(lambda: CfnFunction): void {
  const { description = '' } = lambda;
  const texts = () => Stack.of(lambda).resolve([description, ...PROPERTIES.map((name) => lambda[name])]);
  // Uncached: parts of the environment are complete only at the end of the synthesis.
  lambda.description = Lazy.uncachedString({ produce: () => `${description} (${hashOf(JSON.stringify(texts()))})` });
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, CHARACTERS);
}
