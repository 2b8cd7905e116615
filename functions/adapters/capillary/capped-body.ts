/** The largest reply that is read, decoded. The transfer may be far smaller: 194 KB of gzip can hold 200 MB. */
export const MAX_REPLY_BYTES = 2 * 1024 * 1024;

/**
 * The reply's text, or undefined when it is larger than `MAX_REPLY_BYTES` or not UTF-8.
 *
 * @throws when the connection breaks or the request's signal is aborted before the end
 */
export async function readCappedText(response: Response): Promise<string | undefined> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    // Leaving the loop cancels the stream, and with it the transfer.
    if (length > MAX_REPLY_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    return undefined;
  }
}
