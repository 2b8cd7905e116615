import type { Skip } from './skips.ts';

/** A linter's finding in a template. */
export interface Finding {
  readonly tool: Skip['tool'];
  readonly check: string;
  /** The resource, by its logical id. */
  readonly resource: string;
  readonly says: string;
}

/** The findings in cfn-lint's report (`--format json`). @throws {SyntaxError} if it is not a report */
export function ofCfnLint(report: string): readonly Finding[] {
  const found: readonly {
    readonly Rule: { readonly Id: string };
    readonly Message: string;
    readonly Location: { readonly Path?: readonly (string | number)[] };
  }[] = JSON.parse(report);
  return found.map(({ Rule, Message, Location }) => ({
    tool: 'cfn-lint',
    check: Rule.Id,
    resource: String(Location.Path?.[1] ?? 'template'),
    says: Message,
  }));
}

/**
 * The findings in checkov's report (`-o json`).
 * @throws {Error} if it is not a report, or one of a template that checkov could not read or that has no resource
 */
export function ofCheckov(report: string): readonly Finding[] {
  const { results, summary } = JSON.parse(report);
  if (summary?.parsing_errors !== 0 || !(summary.resource_count > 0)) {
    throw new Error(`checkov could not read the template: ${JSON.stringify(summary)}`);
  }
  return results.failed_checks.map((failed: { check_id: string; check_name: string; resource: string }) => ({
    tool: 'checkov',
    check: failed.check_id,
    resource: failed.resource.split('.').at(-1) ?? failed.resource,
    says: failed.check_name,
  }));
}

/** The findings that no skip gives a reason for. */
export function unexplained(findings: readonly Finding[], skips: readonly Skip[]): readonly Finding[] {
  return findings.filter(({ tool, check }) => !skips.some((skip) => skip.tool === tool && skip.check === check));
}
