import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { plainEnvironment, run } from '../deploy/process.ts';
import { installTools } from '../support/installed-tools.ts';

/** `npm run test:openapi`: the findings of other programs' linters in openapi.yaml. */

let programs: string;
beforeAll(async () => {
  programs = path.join(await installTools('openapi-tools', 'test/openapi/tools'), 'node_modules/.bin');
}, 600_000);

// They do not ask for their own newer versions, and do not report that they ran.
const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' };

describe('openapi.yaml has no error', () => {
  test.each([
    ['Redocly', 'redocly', ['lint', 'openapi.yaml', '--config', 'test/openapi/redocly.yaml', '--format', 'stylish']],
    ['Spectral', 'spectral', ['lint', 'openapi.yaml', '--ruleset', 'test/openapi/spectral.yaml']],
  ])(
    'for %s',
    async (_name, program, parameters) => {
      const { exitCode, output } = await run(path.join(programs, program), parameters, {
        ...plainEnvironment(),
        ...quiet,
      });
      expect({
        exitCode,
        errors: output.split('\n').filter((line) => /\berror\b/.test(line) && !/0 errors/.test(line)),
      }).toEqual({
        exitCode: 0,
        errors: [],
      });
    },
    300_000,
  );
});
