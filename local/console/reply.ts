import { createHash } from 'node:crypto';
import type { WireReply } from '../gateway/wire.ts';

/** A reply of the console. */
export type ConsoleReply = WireReply;

/** A reply that is not a page runs no script. The console shows personal data, so no cache may store it. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** A reply of JSON. */
export function json(status: number, value: unknown): ConsoleReply {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
}

/** @param text of a YAML file (RFC 9512) */
export function yaml(text: string): ConsoleReply {
  return { status: 200, headers: { 'Content-Type': 'application/yaml; charset=utf-8' }, body: text };
}

/**
 * The policy of a page: it may load only from this service, and no page may frame it.
 *
 * @param importMap the text of its one script that is not a file
 */
export function pagePolicy(importMap: string): Readonly<Record<string, string>> {
  const hash = createHash('sha256').update(importMap).digest('base64');
  const policy =
    `default-src 'none'; script-src 'self' 'sha256-${hash}'; style-src 'self'; connect-src 'self'; img-src 'self'; ` +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  return { 'Content-Security-Policy': policy };
}
