import { Token } from 'aws-cdk-lib';
import { EnvironmentError } from './environment-rules.ts';

/** Lambda takes no more for all settings of a function. Bytes. */
const MAX_BYTES = 4096;

/** A text as long as the longest value that is known only at deployment: two key secrets during a rotation. */
const UNKNOWN = 'x'.repeat(130);

/**
 * Checks that Lambda takes the settings of a function.
 * @param environment the settings, by their names in the environment
 * @throws {EnvironmentError} if they are too long; it names the longest
 */
export function checkSize(functionName: string, environment: Readonly<Record<string, string>>): void {
  const known = Object.entries(environment).map(
    ([name, value]) => [name, Token.isUnresolved(value) ? UNKNOWN : value] as const,
  );
  // Lambda measures the settings as JSON.
  const bytes = Buffer.byteLength(JSON.stringify(Object.fromEntries(known)));
  if (bytes <= MAX_BYTES) return;
  const longest = [...known]
    .sort(([, one], [, other]) => other.length - one.length)
    .slice(0, 3)
    .map(([name, value]) => `${name} (${Buffer.byteLength(value)})`);
  throw new EnvironmentError(
    `The settings of ${functionName} have ${bytes} bytes; allowed is ${MAX_BYTES}, since Lambda takes no more. The ` +
      `longest are ${longest.join(', ')}: shorten them.`,
  );
}
