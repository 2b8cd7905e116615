/** Thrown if the Node.js of a function cannot keep the digits of numbers. */
export class UnsupportedRuntimeError extends Error {
  override readonly name = 'UnsupportedRuntimeError';
}

/**
 * Refuses a runtime without `JSON.rawJSON` (ECMAScript proposal "JSON.parse source text access"). Such a runtime rounds
 * 64-bit ids, and a rounded id may belong to another customer.
 *
 * @param json the runtime's `JSON`
 * @param version the runtime's version, for the message
 * @throws {UnsupportedRuntimeError}
 */
export function requireRawNumbers(json: object, version: string): void {
  if ('rawJSON' in json) return;
  throw new UnsupportedRuntimeError(
    `Node.js ${version} has no JSON.rawJSON, which Lookaside needs to keep the digits of numbers; allowed is Node.js 22 or newer. ` +
      "Set the function's runtime to nodejs24.x, as infra/lookaside-function.ts does.",
  );
}
