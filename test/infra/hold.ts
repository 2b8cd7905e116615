import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type App, CfnResource } from 'aws-cdk-lib';
import type { Findings } from './findings.ts';

/** Synthesizes an app as the CLI does, under the rules that it is held against. Throws errors of the rules. */
export function hold(app: App): Findings {
  const { directory } = app.synth();
  const report = JSON.parse(readFileSync(path.join(directory, 'validation-report.json'), 'utf8'));
  const reports: readonly {
    readonly pluginName: string;
    readonly violations?: readonly unknown[];
    readonly suppressedViolations?: readonly { readonly acknowledgedId: string; readonly reason: string }[];
  }[] = report.pluginReports;
  return {
    checkedBy: reports.map(({ pluginName }) => pluginName),
    violations: reports.flatMap(({ violations = [] }) => violations),
    acknowledged: reports.flatMap(({ suppressedViolations = [] }) =>
      suppressedViolations.map(({ acknowledgedId, reason }) => ({ id: acknowledgedId, reason })),
    ),
    types: app.node.findAll().flatMap((each) => (CfnResource.isCfnResource(each) ? [each.cfnResourceType] : [])),
  };
}
