import { spawnSync } from 'node:child_process';
import { describe, expect, jest, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { ENVIRONMENTS } from '../../infra/environments.ts';
import { synthesize } from '../../infra/synthesize.ts';

/** Runs the app as `cdk synth -c name=value` does. */
function runApp(context: Readonly<Record<string, string>>) {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
    // Compiled code is kept and not compiled again.
    env: { ...environment, NODE_COMPILE_CACHE: '.cache/node', CDK_CONTEXT_JSON: JSON.stringify(context) },
    encoding: 'utf8',
  });
  return { status, stderr };
}

/** The same in this process: it does not load CDK again. */
async function runInProcess(context: Readonly<Record<string, string>>) {
  let stderr = '';
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text;
    return true;
  });
  try {
    await synthesize(new App({ context: { ...context } }), ENVIRONMENTS);
    return { status: process.exitCode, stderr };
  } finally {
    write.mockRestore();
    process.exitCode = undefined;
  }
}

describe('a wrong word on the command line ends the app with one line, without a stack trace', () => {
  test.each<[Record<string, string>, RegExp, run: typeof runApp | typeof runInProcess]>([
    [
      { environment: 'staging' },
      /^The environment is "staging"; allowed is sandbox, production \(infra\/environments\.ts\)\.$/,
      runInProcess,
    ],
    [{ account: '111122223333' }, /^account is set and region is not; allowed is both or neither\.$/, runInProcess],
    [
      { upstreamBaseUrl: 'http://upstream.example' },
      /^Wrong settings\. UPSTREAM_BASE_URL is .*; allowed is .*\.$/,
      runInProcess,
    ],
    [
      { env: 'production' },
      /^The option -c env=… does not exist; allowed is environment, upstreamBaseUrl, .*\.$/,
      runApp,
    ],
    [
      { environment: 'production', keySecretversion: 'a-version' },
      /^The option -c keySecretversion=… does not exist; /,
      runInProcess,
    ],
  ])('%j', async (context, line, run) => {
    const { status, stderr } = await run(context);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr.trimEnd()).toMatch(line);
  });
});
