/** The webhook's `Authorization` on one machine. Fixed: it protects nothing, because all local data is made up. */
export const LOCAL_WEBHOOK_SECRET = 'local-webhook-secret';
