import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, type AppProps } from 'aws-cdk-lib';
import type { DeploymentEnvironment } from '../../infra/deployment-environment.ts';
import { LookasideStack, type LookasideStackProps } from '../../infra/lookaside-stack.ts';
import type { EnvironmentToTry } from './environments-under-test.ts';

/**
 * The context that the CLI reads from cdk.json, so that tests see the template that is deployed. No construct keeps its
 * stack trace: the templates do not show them, and they take a tenth of the time.
 */
export const CDK_CONTEXT: Readonly<Record<string, unknown>> = {
  ...JSON.parse(readFileSync('cdk.json', 'utf8')).context,
  'aws:cdk:disable-creation-stack-traces': true,
};

/** Uses a replacement for the bundles: esbuild has its own tests. */
export function withStandInBundles<T>(use: (bundles: LookasideStackProps['bundles']) => T): T {
  const bundle = mkdtempSync(path.join(tmpdir(), 'lookaside-bundle-'));
  writeFileSync(path.join(bundle, 'index.mjs'), 'export const handler = async () => undefined;\n');
  try {
    return use({ http: bundle, invoke: bundle, revalidate: bundle, invalidate: bundle, canary: bundle });
  } finally {
    rmSync(bundle, { recursive: true });
  }
}

/** The stack in an app of its own. */
export function createStack(environment: EnvironmentToTry = {}, props: AppProps = {}): LookasideStack {
  return addStack(createApp(props), 'Lookaside', { name: 'test', prefix: 'lookaside', ...environment });
}

/** An app without a stack. It writes no tree of its constructs: no test reads the tree. */
export function createApp(props: AppProps = {}): App {
  return new App({
    context: { ...CDK_CONTEXT },
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    ...props,
  });
}

/** Adds the stack of an environment. The stacks of one app have a name and a prefix each. */
export function addStack(
  app: App,
  id: string,
  environment: EnvironmentToTry & { readonly name: string },
): LookasideStack {
  return withStandInBundles(
    (bundles) =>
      new LookasideStack(app, id, {
        stackName: `lookaside-${environment.name}`,
        environment: environment as DeploymentEnvironment,
        bundles,
      }),
  );
}
