import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

/** Runs the app as `cdk synth -c name=value` does. */
function runApp(context: Readonly<Record<string, string>>) {
  const { NODE_OPTIONS: _, ...environment } = process.env;
  const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
    env: { ...environment, CDK_CONTEXT_JSON: JSON.stringify(context) },
    encoding: 'utf8',
  });
  return { status, stderr };
}

describe('a wrong word on the command line ends the app with one line, without a stack trace', () => {
  test.each<[Record<string, string>, string]>([
    [
      { environment: 'staging' },
      'The environment is "staging"; allowed is sandbox, production (infra/environments.ts).\n',
    ],
    [{ account: '111122223333' }, 'account is set and region is not; allowed is both or neither.\n'],
    [
      { upstreamBaseUrl: 'http://upstream.example' },
      'Wrong settings. UPSTREAM_BASE_URL is "http://upstream.example"; allowed is an https address without user, ' +
        'query or fragment (http only on loopback).\n',
    ],
  ])('%j', (context, line) => {
    expect(runApp(context)).toEqual({ status: 1, stderr: line });
  });
});
