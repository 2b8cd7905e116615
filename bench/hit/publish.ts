import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, loadavg, platform, totalmem } from 'node:os';
import path from 'node:path';
import { boxPlot, type Plot } from './box-plot.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** The folder of the figures, beside the page that explains them. */
const FOLDER = path.join(ROOT, 'docs/benchmarks');

/** The packages with versions that matter for the results. */
const PACKAGES = ['@aws-sdk/client-dynamodb', '@middy/core', 'esbuild', 'libphonenumber-js'] as const;

/**
 * Writes the results: `<part>.json` with the command, the versions and the machine, and `<part>.svg`.
 * @param transport the connection between the programs
 * @param plot undefined: the figures are a table, and there is nothing to plot
 * @returns the files' paths from the project's root
 */
export async function publish(
  part: string,
  figures: object,
  transport: string,
  plot: Plot | undefined,
): Promise<readonly string[]> {
  await mkdir(FOLDER, { recursive: true });
  const document = {
    command: `npm run bench -- ${part}`,
    measuredOn: new Date().toISOString().slice(0, 10),
    versions: { node: process.version, ...(await versions()) },
    machine: {
      platform: platform(),
      architecture: arch(),
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      loadAverage: loadavg()[0]?.toFixed(1),
    },
    transport,
    figures,
  };
  const files = [[`${part}.json`, `${JSON.stringify(document, rounded, 2)}\n`] as const];
  const plots = plot === undefined ? [] : [[`${part}.svg`, boxPlot(plot)] as const];
  const all = [...files, ...plots];
  for (const [name, contents] of all) await writeFile(path.join(FOLDER, name), contents);
  return all.map(([name]) => path.relative(ROOT, path.join(FOLDER, name)));
}

async function versions(): Promise<Readonly<Record<string, string>>> {
  const lock = JSON.parse(await readFile(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version?: string }>>;
  };
  return Object.fromEntries(PACKAGES.map((name) => [name, lock.packages[`node_modules/${name}`]?.version ?? 'none']));
}

/** Four digits behind the point are more than was measured. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 10_000) / 10_000 : value;
}
