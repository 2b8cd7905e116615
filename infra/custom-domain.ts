import { BasePathMapping, CfnDomainName, DomainName, type IDomainName, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { Domain } from './environment-values.ts';

/** What tills can speak that are long-lived, and the only policy by which API Gateway takes mutual TLS. */
export const DEFAULT_TLS_POLICY = 'TLS_1_2';

/** Whether a policy is one of API Gateway's newer ones, which go together with an access mode and without mutual TLS. */
export function isEnhanced(tlsPolicy: string): boolean {
  return tlsPolicy.startsWith('SecurityPolicy_');
}

/**
 * A domain of yours in front of the API. Its certificate is in the same region. Where the name leads to is yours to say, in
 * your DNS: `target`.
 */
export class CustomDomain extends Construct {
  /** The name that a CNAME, or an alias, of the domain must lead to. */
  readonly target: string;
  /** The address at which the routes begin. */
  readonly url: string;

  constructor(scope: Construct, id: string, domain: Domain, api: RestApi) {
    super(scope, id);
    const { name, certificateArn, tlsPolicy = DEFAULT_TLS_POLICY, truststore, basePath } = domain;
    const domainName = new CfnDomainName(this, 'Domain', {
      domainName: name,
      regionalCertificateArn: certificateArn,
      endpointConfiguration: { types: ['REGIONAL'] },
      securityPolicy: tlsPolicy,
      ...(isEnhanced(tlsPolicy) && { endpointAccessMode: 'STRICT' }),
      ...(truststore && {
        mutualTlsAuthentication: {
          truststoreUri: truststore.uri,
          ...(truststore.version !== undefined && { truststoreVersion: truststore.version }),
        },
      }),
    });
    this.url = `https://${name}/${basePath === undefined ? '' : `${basePath}/`}`;
    this.target = domainName.attrRegionalDomainName;
    const known = DomainName.fromDomainNameAttributes(this, 'Known', {
      domainName: domainName.ref,
      domainNameAliasTarget: domainName.attrRegionalDomainName,
      domainNameAliasHostedZoneId: domainName.attrRegionalHostedZoneId,
    });
    mapDomain(this, known, api, basePath);
  }
}

/** Lets a domain that is there lead to the API, below a path. */
export function mapDomain(scope: Construct, domainName: IDomainName, restApi: RestApi, basePath?: string): void {
  new BasePathMapping(scope, 'Mapping', {
    domainName,
    restApi,
    stage: restApi.deploymentStage,
    ...(basePath !== undefined && { basePath }),
  });
}
