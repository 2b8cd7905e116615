/**
 * Events that the page offers to send, by Capillary's names, with their effect on the entries.
 *
 * @type {readonly {name: string, effect: 'marks stale' | 'deletes'}[]}
 */
export const EVENTS = [
  { name: 'pointsRedeemed', effect: 'marks stale' },
  { name: 'pointsIssued', effect: 'marks stale' },
  { name: 'tierUpgraded', effect: 'marks stale' },
  { name: 'transactionAdded', effect: 'marks stale' },
  { name: 'customerUpdated', effect: 'deletes' },
  { name: 'loyaltyCustomerMerge', effect: 'deletes' },
  { name: 'cardUpdated', effect: 'deletes' },
];
