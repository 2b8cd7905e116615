import type { BundledPackage } from './bundled-packages.ts';

/** What is read of a CycloneDX document, as `npm sbom` writes it. */
export interface Sbom {
  readonly metadata: { readonly component: { readonly name: string; readonly 'bom-ref': string } };
  readonly components: readonly SbomComponent[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** A package in the bill of materials. */
export interface SbomComponent {
  readonly 'bom-ref': string;
  /** With its scope, as in `pkg:npm/%40smithy/core@3.0.0`. */
  readonly purl: string;
}

/**
 * A document of some of the packages. `npm sbom --omit=dev` is no help: it leaves out what a development package needs too.
 *
 * @param all what `npm sbom` says of everything
 * @param name of the project; npm takes the folder's
 * @param packages those to keep; undefined: all
 * @throws {Error} if the document lacks one of the packages
 */
export function sbomOf(all: Sbom, name: string, packages?: readonly Pick<BundledPackage, 'name' | 'version'>[]): Sbom {
  const metadata = { ...all.metadata, component: { ...all.metadata.component, name } };
  if (packages === undefined) return { ...all, metadata };
  const wanted = packages.map((each) => `pkg:npm/${each.name.replace('@', '%40')}@${each.version}`);
  const missing = wanted.filter((purl) => !all.components.some((component) => component.purl === purl));
  if (missing.length > 0) throw new Error(`npm sbom does not list ${missing.join(', ')}, which the bundles hold.`);
  const components = all.components.filter(({ purl }) => wanted.includes(purl));
  const refs = new Set([all.metadata.component['bom-ref'], ...components.map((component) => component['bom-ref'])]);
  const dependencies = all.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) }));
  return { ...all, metadata, components, dependencies };
}
