/**
 * `npm run test:templates`: synthesizes every environment, and asks cfn-lint and checkov for a second opinion. It installs them from
 * PyPI into .cache/ if they are missing. Without the registry, it says SKIPPED and ends well.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { say, showProgress } from '../../bench/progress.ts';
import { ENVIRONMENTS } from '../../infra/environments.ts';
import { scriptOptions } from '../../scripts/script-options.ts';
import { runOrFail } from '../deploy/process.ts';
import { installPython } from '../support/python-environment.ts';
import { type Finding, ofCfnLint, ofCheckov, unexplained } from './findings.ts';
import { SKIPS } from './skips.ts';

scriptOptions('test:templates');

const ours = { ...process.env } as Record<string, string>;

/** The folder of the linters; undefined: they cannot be installed. */
async function install(): Promise<string | undefined> {
  try {
    return await installPython('template-linters', 'test/templates/requirements.txt');
  } catch (error) {
    say(`SKIPPED: cfn-lint and checkov. They cannot be installed from PyPI: ${String(error).slice(0, 500)}`);
    return undefined;
  }
}

/** The findings of both linters in the template of an environment. */
async function lint(programs: string, environment: string, folder: string): Promise<readonly Finding[]> {
  const output = path.join(folder, environment);
  const cdk = ['node_modules/aws-cdk/bin/cdk', 'synth', '--strict', '--quiet'];
  await runOrFail(process.execPath, [...cdk, '--context', `environment=${environment}`, '--output', output], ours);
  const template = path.join(output, 'Lookaside.template.json');
  const cfnLint = ['--format', 'json', template];
  const checkov = ['--framework', 'cloudformation', '--file', template, '--output', 'json', '--compact', '--quiet'];
  return [
    ...ofCfnLint(report(path.join(programs, 'cfn-lint'), cfnLint)),
    ...ofCheckov(report(path.join(programs, 'checkov'), [...checkov, '--skip-download'])),
  ];
}

/**
 * The standard output of a linter. It ends with another code than 0 if it found something: the report has the findings.
 */
function report(program: string, parameters: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync(program, parameters, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LOG_LEVEL: 'CRITICAL' },
  });
  if (error !== undefined || stdout.trim() === '') {
    throw new Error(`${program} gave no report: ${error ?? stderr.slice(-4000)}`);
  }
  return stdout;
}

const programs = await install();
if (programs !== undefined) {
  const folder = await mkdtemp(path.join(tmpdir(), 'lookaside-templates-'));
  try {
    const environments = Object.keys(ENVIRONMENTS);
    const show = showProgress('Environments', environments.length);
    for (const [done, environment] of environments.entries()) {
      const findings = await lint(programs, environment, folder);
      const wrong = unexplained(findings, SKIPS);
      say(`${environment}: ${findings.length} findings of cfn-lint and checkov, ${wrong.length} without a reason`);
      for (const { tool, check, resource, says } of wrong) say(`  ${tool} ${check} ${resource}: ${says}`);
      if (wrong.length > 0) process.exitCode = 1;
      show(done + 1);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
