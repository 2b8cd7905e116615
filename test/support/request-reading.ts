import type { RequestReading } from '../../functions/customer/customer-details-request.ts';
import { phoneMetadata } from '../../functions/customer/phone-metadata-world.ts';

/** How a deployment with default settings reads look-ups. */
export const DEFAULT_READING: RequestReading = {
  defaultCountry: 'IN',
  primaryIdentifier: undefined,
  embedAlways: [],
  phoneMetadata: { near: phoneMetadata, world: async () => phoneMetadata },
};
