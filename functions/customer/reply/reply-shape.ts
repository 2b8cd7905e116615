import type { IdentifierName } from '../identifier/identifier-name.ts';
import type { Json, JsonObject } from '../json/json.ts';
import type { Api, AskedSections } from '../request/canonical-request.ts';
import * as customerGet from '../v1/v1-shape.ts';
import * as customerDetails from '../v2/v2-shape.ts';
import type { Projection } from './projection.ts';

/** What there is to know of the shape of an API's replies. */
export interface ReplyShape {
  /**
   * The trimmed profile: the upstream's reply cut down by the deployment's projection. A section that was asked for is
   * kept whole (contract §1).
   */
  trim(reply: JsonObject, projection: Projection, asked: AskedSections): JsonObject;
  /** One reply cut down further, by its caller's projection (`fields`). */
  narrow(profile: JsonObject, fields: Projection): JsonObject;
  /** The customer's own identifiers of a type, as they are listed; members that hold none may be among them. */
  listIdentifiers(reply: JsonObject, name: IdentifierName): readonly (Json | undefined)[];
  /** The customer in a profile, without what stands around. */
  customerOf(profile: JsonObject): Json;
  /** What the upstream says of a customer whom it does not give: the first error, in its words. */
  errorOf(reply: JsonObject): { readonly code: Json; readonly message: Json };
}

/** The shape of each API's replies. */
export const REPLY_SHAPES: Readonly<Record<Api, ReplyShape>> = { v2: customerDetails, 'v1.1': customerGet };
