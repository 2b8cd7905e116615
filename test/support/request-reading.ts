import { phoneMetadata } from '../../functions/customer/identifier/phone-metadata-world.ts';
import type { RequestReading } from '../../functions/customer/request/reading.ts';

/** How a deployment with default settings reads look-ups. */
export const DEFAULT_READING: RequestReading = {
  defaultCountry: 'IN',
  primaryIdentifier: undefined,
  embedAlways: [],
  extraParameters: [],
  phoneMetadata: { near: phoneMetadata, world: async () => phoneMetadata },
};
