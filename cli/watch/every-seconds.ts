/** The default of --every-seconds. The local service has new facts at once, CloudWatch once a minute. Seconds. */
export const HERE_SECONDS = 1;
export const DEPLOYED_SECONDS = 60;
