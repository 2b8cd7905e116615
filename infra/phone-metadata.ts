import type { MetadataJson } from 'libphonenumber-js/core';

/** Where a country's formats stand in its numbering plan (libphonenumber-js, metadata version 4). */
const FORMATS_POSITION = 4;

/**
 * Phone metadata without what only formatting needs: half of it. Numbers are read and never formatted.
 *
 * @throws {Error} if the metadata has another form than this one knows
 */
export function withoutFormats(metadata: MetadataJson): MetadataJson {
  if (metadata.version !== 4)
    throw new Error(`The phone metadata has version ${metadata.version}; this knows version 4.`);
  return { ...metadata, countries: mapPlans(metadata.countries), nonGeographic: mapPlans(metadata.nonGeographic) };
}

function mapPlans<Plans extends object>(plans: Plans): Plans {
  const entries = Object.entries(plans as Readonly<Record<string, readonly unknown[]>>);
  return Object.fromEntries(entries.map(([name, plan]) => [name, plan.with(FORMATS_POSITION, 0)])) as Plans;
}

/** Phone metadata cut to the countries that share the calling code of one country (ISO 3166-1 alpha-2). */
export function cutToCallingCode(world: MetadataJson, country: string): MetadataJson {
  const codes = Object.entries(world.country_calling_codes).filter(([, countries]) =>
    (countries as readonly string[]).includes(country),
  );
  const near = new Set<string>(codes.flatMap(([, countries]) => countries));
  return {
    ...world,
    country_calling_codes: Object.fromEntries(codes),
    countries: Object.fromEntries(Object.entries(world.countries).filter(([name]) => near.has(name))),
    nonGeographic: {},
  } as MetadataJson;
}
