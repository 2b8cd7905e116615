import { WEBHOOK_PATH } from '../routes.ts';

/** API Gateway's own metrics of one API. The two kinds of APIs name them differently. */
export interface ApiMetrics {
  /** The metrics' dimensions. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** The dimensions of the same metrics of Capillary's events alone. The API has these metrics switched on. */
  readonly ofEvents: Readonly<Record<string, string>>;
  /** The name of the count of answers 4xx. */
  readonly clientErrors: string;
  /** The name of the count of answers 5xx. */
  readonly serverErrors: string;
  /** The price of a million requests. US dollars, list price in us-east-1, November 2026. */
  readonly dollarsAMillion: number;
}

/** The metrics of a REST API, by its name and stage. */
export function restApiMetrics(name: string, stage: string): ApiMetrics {
  const dimensions = { ApiName: name, Stage: stage };
  return {
    dimensions,
    // A REST API counts each method of `ANY` separately.
    ofEvents: { ...dimensions, Method: 'POST', Resource: WEBHOOK_PATH },
    clientErrors: '4XXError',
    serverErrors: '5XXError',
    dollarsAMillion: 3.5,
  };
}

/** The metrics of an HTTP API, by its id and stage. */
export function httpApiMetrics(apiId: string, stage: string): ApiMetrics {
  const dimensions = { ApiId: apiId, Stage: stage };
  const ofEvents = { ...dimensions, Method: 'ANY', Resource: WEBHOOK_PATH };
  return { dimensions, ofEvents, clientErrors: '4xx', serverErrors: '5xx', dollarsAMillion: 1 };
}
