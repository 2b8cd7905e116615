import { readDocument } from '../template.ts';
import { type Customer, toCustomer } from './customer.ts';

/**
 * The customer of [S2]'s sample reply, with the sample's own digits. The page hides the email address ("[email protected]"):
 * the copy here has the made-up bubalus@example.com.
 */
export function readSampleCustomer(): Customer {
  // Warnings belong to a reply, not to a customer.
  const { warnings: _, ...document } = readDocument(new URL('data/sample.json.txt', import.meta.url));
  return toCustomer('566881933', document);
}
