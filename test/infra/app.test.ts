import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

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

describe('a wrong word on the command line ends the app with one line, without a stack trace', () => {
  test.each<[Record<string, string>, RegExp]>([
    [
      { environment: 'staging' },
      /^The environment is "staging"; allowed is sandbox, production \(infra\/environments\.ts\)\.$/,
    ],
    [{ account: '111122223333' }, /^account is set and region is not; allowed is both or neither\.$/],
    [{ upstreamBaseUrl: 'http://upstream.example' }, /^Wrong settings\. UPSTREAM_BASE_URL is .*; allowed is .*\.$/],
    [{ env: 'production' }, /^The option -c env=… does not exist; allowed is environment, upstreamBaseUrl, .*\.$/],
    [
      { environment: 'production', keySecretversion: 'a-version' },
      /^The option -c keySecretversion=… does not exist; /,
    ],
  ])('%j', (context, line) => {
    const { status, stderr } = runApp(context);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr.trimEnd()).toMatch(line);
  });
});
