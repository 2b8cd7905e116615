import { phoneMetadata } from './customer/identifier/phone-metadata.ts';
import type { RequestReading } from './customer/request/reading.ts';
import type { Settings } from './settings/settings.ts';

/** How these settings read look-ups. */
export function requestReading({ customer }: Settings): RequestReading {
  return {
    defaultCountry: customer.defaultCountry,
    primaryIdentifier: customer.primaryIdentifier,
    embedAlways: customer.embedAlways,
    extraParameters: customer.extraParameters,
    phoneMetadata: {
      near: phoneMetadata,
      world: async () => (await import('./customer/identifier/phone-metadata-world.ts')).phoneMetadata,
    },
  };
}
