import type { Environment, Settings } from '../functions/settings/settings.ts';
import { parseSettings } from '../functions/settings/settings.ts';
import { SettingsError } from '../functions/settings/settings-error.ts';
import { awsErrorName, isRefusedIdentity } from './aws-failure.ts';
import { CommandError } from './exit-codes.ts';
import { lambdaClient } from './lambda-client.ts';

/** The deployed part of a function. */
export interface DeployedFunction {
  readonly environment: Environment;
  /** Its memory. Megabytes. */
  readonly memoryMb: number | undefined;
  readonly runtime: string | undefined;
}

/**
 * The configuration of a deployed function, as Lambda gives it to an identity with lambda:GetFunctionConfiguration.
 *
 * @param name the function's name or ARN
 * @throws {CommandError} if it cannot be read
 */
export async function readFunction(name: string, environment: Environment): Promise<DeployedFunction> {
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  const client = await lambdaClient(environment);
  try {
    const configuration = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    const { Environment: { Variables = {}, Error: hidden } = {}, MemorySize, Runtime } = configuration;
    if (hidden !== undefined) {
      throw new CommandError(
        'not-allowed',
        `The settings of ${name} are encrypted, and this AWS identity may not decrypt them (${hidden.ErrorCode}): it needs kms:Decrypt ` +
          "on the deployment's key, and the key's own policy must let it in (docs/operating.md, Letting a person in).",
      );
    }
    return { environment: Variables, memoryMb: MemorySize, runtime: Runtime };
  } catch (error) {
    throw error instanceof CommandError ? error : toCommandError(error, name);
  } finally {
    client.destroy();
  }
}

/** The settings of a deployed function. @throws {CommandError} if they cannot be read, or are wrong */
export async function readFunctionSettings(name: string, environment: Environment): Promise<Settings> {
  const deployed = await readFunction(name, environment);
  try {
    return parseSettings(deployed.environment);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new CommandError(
      'wrong',
      `${name} is not a function of Lookaside, or its settings are wrong. ${error.message}`,
      { cause: error },
    );
  }
}

function toCommandError(error: unknown, name: string): CommandError {
  const kind = awsErrorName(error);
  if (isRefusedIdentity(error)) {
    return new CommandError(
      'not-allowed',
      `This AWS identity may not read ${name} (${kind}): it needs lambda:GetFunctionConfiguration.`,
      {
        cause: error,
      },
    );
  }
  if (kind === 'ResourceNotFoundException') {
    return new CommandError(
      'wrong',
      `There is no function ${name} in this region. Check the name, AWS_REGION and AWS_PROFILE.`,
      {
        cause: error,
      },
    );
  }
  return new CommandError(
    'unreachable',
    `Lambda cannot be asked about ${name} (${kind}). Check AWS_REGION, AWS_PROFILE and the network.`,
    { cause: error },
  );
}
