import { amount } from '../format.js';
import { shownName } from './customer.js';
import { MISSING } from './warnings.js';

/**
 * What a screen reader says about the result: the customer's name, tier and points; or what is wrong and what to do.
 *
 * @param {import('./reply.js').Outcome} outcome
 */
export function spokenOutcome({ title, text = '', customer }) {
  if (customer === undefined) return [title, text].filter((part) => part !== '').join('. ');
  const { programmes, missing } = customer;
  const parts = [shownName(customer), programmes[0]?.tier ?? '', pointsOf(programmes), missing ? MISSING[missing] : ''];
  return parts.filter((part) => part !== '').join(', ');
}

/** @param {readonly import('./customer.js').Programme[]} programmes */
function pointsOf([main, ...others]) {
  if (main === undefined) return '';
  const points = main.points === '' ? '' : `${amount(main.points)} points`;
  if (others.length === 0) return points;
  return [`${points} in ${main.title}`.trim(), `and ${others.length} more programmes`].join(', ');
}
