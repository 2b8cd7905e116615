/** API Gateway's own metrics of one API. The two kinds of APIs name them differently. */
export interface ApiMetrics {
  /** The metrics' dimensions. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** The name of the count of answers 4xx. */
  readonly clientErrors: string;
  /** The name of the count of answers 5xx. */
  readonly serverErrors: string;
  /** The price of a million requests. US dollars, list price in us-east-1, November 2026. */
  readonly dollarsAMillion: number;
}

/** The metrics of a REST API, by its name and stage. */
export function restApiMetrics(name: string, stage: string): ApiMetrics {
  return {
    dimensions: { ApiName: name, Stage: stage },
    clientErrors: '4XXError',
    serverErrors: '5XXError',
    dollarsAMillion: 3.5,
  };
}

/** The metrics of an HTTP API, by its id and stage. */
export function httpApiMetrics(apiId: string, stage: string): ApiMetrics {
  return { dimensions: { ApiId: apiId, Stage: stage }, clientErrors: '4xx', serverErrors: '5xx', dollarsAMillion: 1 };
}
