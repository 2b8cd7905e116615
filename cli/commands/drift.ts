import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Context, defineCommand, type Parameter } from '../command.ts';
import { readAudits } from '../drift/audit-lines.ts';
import { driftLines } from '../drift/drift-lines.ts';
import { driftPlot } from '../drift/drift-plot.ts';
import { driftFindings } from '../drift/findings.ts';
import { CommandError, UsageError } from '../exit-codes.ts';
import { text } from '../parameters.ts';

export const drift = defineCommand({
  name: 'drift',
  summary: 'say how many hits were wrong, by their age',
  description:
    'It reads the audits (AUDIT_SHARE) in the log of the function -revalidate, and sends no request to any service. It names the ' +
    'FRESH_SECONDS at which a share of the hits is wrong, by the curve 1 − exp(−rate × age) that fits the audits best.',
  arguments: {
    file: text({ value: 'FILE', help: 'log lines, or an export of CloudWatch Logs; without it, standard input' }),
  },
  options: {
    share: percentage(),
    plots: text({ value: 'FOLDER', help: 'write the plot drift.svg there' }),
  },
  examples: [
    { line: 'drift < revalidate.log', does: 'The share of wrong hits by age, of log lines.' },
    {
      line: 'drift events.json --share 0.5 --plots plots --json',
      does: 'Of what aws logs filter-log-events gave, for half a per cent of wrong hits, with a plot, as JSON.',
    },
  ],
  run: async ({ file, share, plots }, context) => {
    const audits = readAudits(await readLog(file, context));
    if (audits.hits.length + audits.notFoundHits.length + audits.skipped === 0) {
      throw new CommandError(
        'wrong',
        'The log has no audit. Set AUDIT_SHARE above 0, and give the log of the function -revalidate.',
      );
    }
    const findings = driftFindings(audits, share / 100);
    const files = plots === undefined || findings.curve.length === 0 ? [] : [path.join(plots, 'drift.svg')];
    for (const name of files) {
      await mkdir(path.dirname(name), { recursive: true });
      await writeFile(name, driftPlot(findings));
    }
    context.output.say({
      json: { ...findings, plots: files },
      lines: [...driftLines(findings), ...files.map((name) => `wrote ${name}`)],
    });
    return 'ok';
  },
});

/** @throws {UsageError} if there is no such file, or nothing to read */
async function readLog(file: string | undefined, { canAsk, readInput }: Context): Promise<string> {
  if (file === undefined) {
    if (canAsk) throw new UsageError('FILE is missing; give a file of log lines, or send them to standard input.');
    return readInput();
  }
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new UsageError(`FILE cannot be read (${code}); give a file of log lines.`, { cause: error });
  }
}

/** A share of wrong hits, such as `0.5`. */
function percentage(): Parameter<number> {
  return {
    value: 'PERCENT',
    help: 'the share of wrong hits for which FRESH_SECONDS is named',
    default: '1',
    allowed: 'a number above 0 and below 100, such as 0.5',
    read: (given = '1') => {
      const number = /^\d{1,2}(\.\d{1,6})?$/.test(given) ? Number(given) : Number.NaN;
      return number > 0 ? number : null;
    },
  };
}
