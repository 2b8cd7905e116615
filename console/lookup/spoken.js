import { amount } from '../format.js';

/**
 * What a screen reader says about the result: the customer's name, tier and points; or what is wrong and what to do.
 *
 * @param {import('./reply.js').Outcome} outcome
 */
export function spokenOutcome({ title, text = '', customer }) {
  if (customer === undefined) return [title, text].filter((part) => part !== '').join('. ');
  const [main] = customer.programmes;
  const points = main === undefined || main.points === '' ? '' : `${amount(main.points)} points`;
  return [customer.name || 'No name', main?.tier ?? '', points].filter((part) => part !== '').join(', ');
}
