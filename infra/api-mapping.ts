import type { IDomainName } from 'aws-cdk-lib/aws-apigateway';
import { CfnApiMapping } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';

/** The API that a domain points to. */
export interface MappedApi {
  readonly domainName: IDomainName;
  readonly apiId: string;
  readonly stage: string;
  /** One segment, or several with `/` between. Default: the root of the domain. */
  readonly basePath: string | undefined;
}

/** Points a domain to an HTTP API, or to a REST API below a path of several segments. */
export function mapApi(scope: Construct, { domainName, apiId, stage, basePath }: MappedApi): void {
  new CfnApiMapping(scope, 'Mapping', {
    domainName: domainName.domainName,
    apiId,
    stage,
    ...(basePath !== undefined && { apiMappingKey: basePath }),
  });
}
