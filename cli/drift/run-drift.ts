import type { Context } from '../command.ts';
import { CommandError, type Exit, UsageError } from '../exit-codes.ts';
import { writePlots } from '../plots.ts';
import { readTextFile } from '../read-text-file.ts';
import { readAudits } from './audit-lines.ts';
import { driftLines } from './drift-lines.ts';
import { driftPlot } from './drift-plot.ts';
import { driftFindings } from './findings.ts';

interface Options {
  readonly file: string | undefined;
  /** In percent. */
  readonly share: number;
  readonly plots: string | undefined;
}

/** Says how many hits of a log were wrong. */
export async function runDrift({ file, share, plots }: Options, context: Context): Promise<Exit> {
  const audits = readAudits(await readLog(file, context));
  if (audits.hits.length + audits.notFoundHits.length + audits.skipped === 0) {
    throw new CommandError(
      'wrong',
      'The log has no audit. Set AUDIT_SHARE above 0, and give the log of the function -revalidate.',
    );
  }
  const findings = driftFindings(audits, share / 100);
  const files =
    plots === undefined || findings.curve.length === 0
      ? []
      : await writePlots(plots, [{ file: 'drift.svg', svg: driftPlot(findings) }]);
  context.output.say({
    json: { ...findings, plots: files },
    lines: [...driftLines(findings), ...files.map((name) => `wrote ${name}`)],
  });
  return 'ok';
}

/** @throws {UsageError} if there is no such file, or nothing to read */
async function readLog(file: string | undefined, { canAsk, readInput }: Context): Promise<string> {
  if (file === undefined) {
    if (canAsk) throw new UsageError('FILE is missing; give a file of log lines, or send them to standard input.');
    return readInput();
  }
  return readTextFile(file, { parameter: 'FILE', allowed: 'a file of log lines' });
}
