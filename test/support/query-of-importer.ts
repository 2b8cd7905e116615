/**
 * Gives a module the query of the module that imports it. Node loads a module once for each query, so whatever is
 * imported from a module with a query of its own is loaded anew.
 *
 * @param resolved a resolved module, of a hook of `node:module`
 * @param importer the address of the module that imports it; undefined: the program does
 * @param folder the address of the folder whose modules are loaded anew, packages in it left out
 */
export function withQueryOfImporter<R extends { readonly url: string }>(
  resolved: R,
  importer: string | undefined,
  folder: string,
): R {
  const { url } = resolved;
  const isOurs = url.startsWith(folder) && !url.includes('/node_modules/') && !url.includes('?');
  if (!isOurs || !importer?.startsWith(folder)) return resolved;
  const [, query] = importer.split('?');
  return query === undefined ? resolved : { ...resolved, url: `${url}?${query}` };
}
