import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { App } from 'aws-cdk-lib';
import { SettingsError } from '../../functions/settings/settings.ts';
import type { DeploymentEnvironment } from '../../infra/deployment-environment.ts';
import { EnvironmentError } from '../../infra/environment-rules.ts';
import { holdAgainstPacks } from '../../infra/rule-packs.ts';
import { holdAgainstRules } from '../../infra/rules.ts';
import { fc, runs } from '../support/properties.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { anyEnvironment, OPTION_NAMES } from './any-environment.ts';
import { LIMITS } from './aws-limits.ts';
import { createStack } from './create-stack.ts';
import type { Template } from './templates.ts';

/** The result of `cdk synth --strict`: a template, or the lines that say why there is none. */
function synthesize(environment: Partial<DeploymentEnvironment>): Template | readonly string[] {
  const outdir = temporaryFolder();
  try {
    const app = createStack(environment, { builtinCloudFormationValidation: true, outdir }).node.root as App;
    holdAgainstRules(app);
    holdAgainstPacks(app);
    app.synth();
  } catch (error) {
    if (error instanceof EnvironmentError || error instanceof SettingsError) return error.message.split('\n');
    throw error;
  }
  const read = (name: string) => JSON.parse(readFileSync(path.join(outdir, name), 'utf8'));
  const { pluginReports } = read('validation-report.json');
  expect(pluginReports.flatMap(({ violations = [] }: { violations?: unknown[] }) => violations)).toEqual([]);
  return read('Lookaside.template.json');
}

test('a random environment may have every option that there is, except its name and place', () => {
  const [, names = ''] = /allowed is (.*)\.$/.exec(synthesize({ option: 1 } as never).toString()) ?? [];
  const place = ['name', 'account', 'region', 'otherRegions'];
  expect([...OPTION_NAMES, ...place].sort()).toEqual(names.split(', ').sort());
});

test('each environment has a template within the limits of AWS and the rules, or lines that name an option', () => {
  const named = new RegExp(
    `\\b(?:${OPTION_NAMES.join('|')}|[A-Z]+(?:_[A-Z]+)+)\\b.*; allowed|bytes; allowed|Allowed is`,
  );
  fc.assert(
    fc.property(anyEnvironment, (environment) => {
      const result = synthesize(environment);
      if ('Resources' in result) {
        for (const { of, most } of LIMITS) expect(Math.max(0, ...of(result))).toBeLessThanOrEqual(most);
      } else {
        for (const line of result) expect(line).toMatch(named);
      }
    }),
    { ...runs(10), endOnFailure: true },
  );
});
