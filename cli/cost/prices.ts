/**
 * AWS's prices in US dollars: list prices without discounts, free tiers and taxes. If there are tiers, the first one
 * counts. For another region or date, add another file like this one.
 */
export const PRICES = {
  region: 'us-east-1',
  asOf: 'November 2026',
  note: "written from memory, not from AWS's price pages: check them before you make a budget with them",

  /** Of a million requests; REST: the first 333 million a month, HTTP: the first 300 million. */
  restApiMillionRequests: 3.5,
  httpApiMillionRequests: 1,
  lambdaMillionRequests: 0.2,
  /** arm64. A million GB-seconds. */
  lambdaMillionGbSeconds: 13.3334,
  /** An on-demand table. A million request units. */
  dynamoDbMillionReads: 0.125,
  dynamoDbMillionWrites: 0.625,
  /** CloudWatch Logs, standard class, 10^9 bytes taken in. */
  logsGigabyte: 0.5,
  secretMonth: 0.4,
  kmsKeyMonth: 1,
  /** WAF. Its price for each request is not counted. These prices and CloudWatch's agree with public quotes of them. */
  webAclMonth: 5,
  webAclRuleMonth: 1,
  /** CloudWatch: one metric of an alarm, one composite alarm, one dashboard. */
  alarmMetricMonth: 0.1,
  compositeAlarmMonth: 0.5,
  dashboardMonth: 3,

  /** API Gateway's own cache of 1.6 GB. */
  gatewayCacheHour: 0.038,
  /** dax.t3.small */
  daxNodeHour: 0.04,
  /** cache.t4g.small, Valkey */
  elastiCacheNodeHour: 0.0256,
  /** Functions in a VPC reach Capillary through it. Its price for each gigabyte is not counted. */
  natGatewayHour: 0.045,
} as const;

/** The hours of a month, by AWS's calculator. */
export const HOURS_A_MONTH = 730;
