import type { BundledPackage } from './bundled-packages.ts';

const LINE = '-'.repeat(80);

/** The licences of the packages: a list, and then each text, once for all that share it. */
export function licencesText(packages: readonly BundledPackage[]): string {
  const texts = Map.groupBy(packages, ({ text }) => text?.trim());
  const list = packages.map(({ name, version, licence }) => `${name} ${version}: ${licence || 'no licence named'}`);
  const sections = [...texts].map(([text, sharing]) => {
    const names = sharing.map(({ name, version }) => `${name} ${version}`).join('\n');
    return `${LINE}\n${names}\n\n${text ?? 'The package has no text with it.'}\n`;
  });
  return `What is deployed holds these packages.\n\n${list.join('\n')}\n\n${sections.join('\n')}`;
}
