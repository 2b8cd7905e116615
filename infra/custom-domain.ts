import { CfnDomainName, DomainName } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { Domain } from './environment-values.ts';
import type { Front } from './front.ts';
import { DEFAULT_TLS_POLICY, isEnhanced } from './tls-policy.ts';

/**
 * Your own domain in front of the API. Its certificate is in the same region. In your DNS, point the name to `target`.
 */
export class CustomDomain extends Construct {
  /** The name to which a CNAME, or an alias, of the domain must point. */
  readonly target: string;
  /** The address at which the routes begin. */
  readonly url: string;

  constructor(scope: Construct, id: string, domain: Domain, front: Front) {
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
    front.mapTo(this, known, basePath);
  }
}
