import type { IdentifierName } from '../identifier/identifier-name.ts';
import type { Json, JsonObject } from '../json/json.ts';
import type { Api, AskedSections } from '../request/canonical-request.ts';
import * as customerGet from '../v1/v1-shape.ts';
import * as customerDetails from '../v2/v2-shape.ts';
import type { Projection } from './projection.ts';

/** The shape of an API's replies. */
export interface ReplyShape {
  /**
   * The trimmed profile: the upstream's reply, cut down by the deployment's projection. It keeps a section whole if the
   * caller asked for it (contract §1).
   */
  trim(reply: JsonObject, projection: Projection, asked: AskedSections): JsonObject;
  /** One reply cut down further, by its caller's projection (`fields`). */
  narrow(profile: JsonObject, fields: Projection): JsonObject;
  /** The customer's own identifiers of a type, as the reply lists them. Some members may hold no identifier. */
  listIdentifiers(reply: JsonObject, name: IdentifierName): readonly (Json | undefined)[];
  /** The customer in a profile, without the wrapper. */
  customerOf(profile: JsonObject): Json;
  /** The first error of a reply without a customer, in the upstream's words. */
  errorOf(reply: JsonObject): { readonly code: Json; readonly message: Json };
}

/** The shape of each API's replies. */
export const REPLY_SHAPES: Readonly<Record<Api, ReplyShape>> = {
  // The members are named one by one. With the modules themselves, a bundle would load one more file, and make a getter
  // for each of their exports.
  v2: {
    trim: customerDetails.trim,
    narrow: customerDetails.narrow,
    listIdentifiers: customerDetails.listIdentifiers,
    customerOf: customerDetails.customerOf,
    errorOf: customerDetails.errorOf,
  },
  'v1.1': {
    trim: customerGet.trim,
    narrow: customerGet.narrow,
    listIdentifiers: customerGet.listIdentifiers,
    customerOf: customerGet.customerOf,
    errorOf: customerGet.errorOf,
  },
};
