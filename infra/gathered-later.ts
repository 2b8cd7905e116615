import path from 'node:path';
import type { Plugin } from 'esbuild';
import { fileNames, fromRoot } from './bundle-files.ts';

/** Lazily imported sources that an instance needs together. Paths from the project's root. */
export const GROUPS: readonly (readonly string[])[] = [
  // What a miss, a stale answer or an invalidation needs. The budget and the audit of a fetch share code with it. The code
  // that draws hits to audit is not here: a hit needs it.
  [
    'functions/lookup/forward/forward.ts',
    'functions/lookup/forward/budget/upstream-budget.ts',
    'functions/lookup/invalidation.ts',
    'functions/lookup/audit/audit.ts',
    'functions/adapters/dynamodb/miss-ports.ts',
    'functions/adapters/dynamodb/direct/direct-writes.ts',
    'functions/adapters/lambda/lambda-revalidator.ts',
    'functions/adapters/lambda/direct-invoke.ts',
  ],
  // A fetch. A stale answer does not need it, and it loads Node's HTTPS client.
  [
    'functions/adapters/capillary/capillary-upstream-over-http.ts',
    'functions/adapters/secrets-manager/read-credentials.ts',
    'functions/adapters/secrets-manager/backed-off.ts',
    'functions/adapters/secrets-manager/direct-secret.ts',
  ],
];

/** The namespace of a group's module. */
const NAMESPACE = 'gathered-later';

/**
 * Puts the sources of a group into one chunk. esbuild makes a chunk of each lazily imported source, and one of each part
 * that two of them share. A first miss would read 17 small files, at Lambda's share of a CPU, while a caller waits. So
 * this plugin makes each `import()` of such a source import a module with the exports of the whole group.
 *
 * @param later the lazily imported sources of the bundle. A group has no others
 * @param root the folder that the paths are relative to
 */
export function gatherLater(later: readonly string[], root: string): Plugin {
  const groups = GROUPS.map((group) => group.filter((source) => later.includes(source)));
  return {
    name: 'gather-later',
    setup(build) {
      // With this filter esbuild asks only for these imports.
      build.onResolve({ filter: fileNames(GROUPS.flat()) }, ({ kind, path: imported, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const source = fromRoot(root, path.resolve(resolveDir, imported));
        const index = groups.findIndex((group) => group.includes(source));
        return index === -1 ? undefined : { path: `${index}`, namespace: NAMESPACE };
      });
      build.onLoad({ filter: /./, namespace: NAMESPACE }, ({ path: index }) => ({
        contents: (groups[Number(index)] ?? []).map((source) => `export * from './${source}';`).join('\n'),
        resolveDir: root,
        loader: 'ts',
      }));
    },
  };
}
