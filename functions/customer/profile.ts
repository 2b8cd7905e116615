import type { AskedSections } from './canonical-request.ts';
import type { JsonObject } from './json.ts';
import { type Projection, project } from './projection.ts';

/** The top-level names of a v2 reply to a look-up that asks for nothing extra ([S2], sample reply). */
const BASE_REPLY_NAMES = new Set([
  'id',
  'profiles',
  'loyaltyInfo',
  'segments',
  'associatedWith',
  'extendedFields',
  'loyaltyProgramDetails',
  'cardDetails',
  'warnings',
]);

/**
 * The trimmed profile: the upstream's reply cut down by the deployment's projection. A section that was asked for is
 * kept whole; when anything was asked for, so is a top-level name that the base reply does not have (contract §1).
 */
export function trimProfile(reply: JsonObject, projection: Projection, asked: AskedSections): JsonObject {
  const isAskedFor = (section: string) =>
    asked.names.includes(section) || (asked.includesUnknown && !BASE_REPLY_NAMES.has(section));
  return project(reply, projection, isAskedFor);
}
