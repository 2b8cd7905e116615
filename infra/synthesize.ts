import type { App } from 'aws-cdk-lib';
import { SettingsError } from '../functions/settings/settings-error.ts';
import { bundleFunctions } from './bundle.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import { checkEnvironment, EnvironmentError } from './environment-rules.ts';
import { settingsOf } from './environment-settings.ts';
import { COMMAND_LINE_NAMES, type CommandLine, chooseEnvironment } from './environments.ts';
import { LookasideStack } from './lookaside-stack.ts';
import { holdAgainstPacks } from './rule-packs.ts';
import { holdAgainstRules } from './rules.ts';
import { checkSideBySide } from './side-by-side.ts';

/**
 * Puts the environment of the command line into an app, with its bundles, and checks it with the rules. If the
 * environment is wrong, it writes one line for each fault to standard error, and the program ends with 1.
 * @param environments the possible environments, by name
 */
export async function synthesize(
  app: App,
  environments: Readonly<Record<string, DeploymentEnvironment>>,
): Promise<void> {
  try {
    await addStack(app, environments);
  } catch (error) {
    if (!isOperators(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** Whether the operator can repair it. In this case a stack trace would only hide the line that says how. */
function isOperators(error: unknown): error is Error {
  return error instanceof EnvironmentError || error instanceof SettingsError;
}

/** A character that only the names of CDK's own context values have, such as `aws:cdk:…` and `@aws-cdk/…:…`. */
const OF_CDK = /[:@]/;

/**
 * Refuses an option of `-c` that nothing reads: `-c env=production` would deploy the sandbox, and a misspelt version of
 * a secret would rotate nothing.
 * @throws {EnvironmentError} with one line for each such option
 */
function checkOptions(app: App): void {
  const known: readonly string[] = COMMAND_LINE_NAMES;
  const unknown = Object.keys(app.node.getAllContext()).filter((name) => !OF_CDK.test(name) && !known.includes(name));
  if (unknown.length === 0) return;
  const lines = unknown.map((name) => `The option -c ${name}=… does not exist; allowed is ${known.join(', ')}.`);
  throw new EnvironmentError(lines.join('\n'));
}

async function addStack(app: App, environments: Readonly<Record<string, DeploymentEnvironment>>): Promise<void> {
  checkOptions(app);
  const commandLine: CommandLine = Object.fromEntries(
    COMMAND_LINE_NAMES.map((name) => [name, app.node.tryGetContext(name)]),
  );
  const environment = chooseEnvironment(commandLine, environments);
  checkEnvironment(environment);
  checkSideBySide(Object.values({ ...environments, [environment.name]: environment }));
  const { http, invoke, revalidate, invalidate, canary } = await bundleFunctions({
    outDir: `.cache/bundles/${environment.name}`,
    defaultCountry: settingsOf(environment).customer.defaultCountry,
  });
  new LookasideStack(app, 'Lookaside', {
    stackName: `lookaside-${environment.name}`,
    environment,
    bundles: {
      http: http.folder,
      invoke: invoke.folder,
      revalidate: revalidate.folder,
      invalidate: invalidate.folder,
      canary: canary.folder,
    },
  });
  holdAgainstRules(app);
  holdAgainstPacks(app);
}
