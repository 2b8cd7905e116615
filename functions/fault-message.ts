/** The caller's message about a fault of our own. The log line of the same requestId says more. */
export const FAULT_MESSAGE = 'Lookaside failed. Try again; if it fails again, report the requestId.';
