import { CfnOutput, CfnParameter, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import { Lookaside, type LookasideProps } from './lookaside.ts';

/** The environment of the stack, and the functions' bundles. */
export interface LookasideStackProps extends StackProps {
  readonly environment: DeploymentEnvironment;
  /** The functions' bundles: folders, by the entries' names. */
  readonly bundles: LookasideProps['bundles'];
}

/** Lookaside in its own stack: asks for the upstream's address, and has the outputs for an operator. */
export class LookasideStack extends Stack {
  readonly lookaside: Lookaside;

  constructor(scope: Construct, id: string, { environment, bundles, ...props }: LookasideStackProps) {
    const { account, region } = environment;
    super(scope, id, {
      description: 'Lookaside: a caching look-up service in front of the customer look-up API',
      terminationProtection: environment.isProtected ?? false,
      ...(account !== undefined && region !== undefined ? { env: { account, region } } : {}),
      ...props,
    });
    const upstreamBaseUrl = environment.upstreamBaseUrl ?? this.askForUpstream();
    // CDK leaves the id `Default` out of the logical ids, so older deployments keep their table, secrets and keys.
    this.lookaside = new Lookaside(this, 'Default', { environment: { ...environment, upstreamBaseUrl }, bundles });
    const { cache, functions, gateway, keySecret, monitoring, upstreamCredentials, webhookSecret } = this.lookaside;

    const outputs: Readonly<Record<string, string>> = {
      Endpoint: this.lookaside.url,
      AdministrationArn: gateway.administrationArn,
      ...(environment.auth === 'iam' && { LookupArns: gateway.lookupArns.join(',') }),
      ...(gateway.keys.length === 0 ? {} : { ApiKeyIds: gateway.keys.map((key) => key.keyId).join(',') }),
      ...(monitoring === undefined ? {} : { AlarmTopicArn: monitoring.topic.topicArn }),
      TableName: cache.table.tableName,
      UpstreamSecretArn: upstreamCredentials.secretArn,
      KeySecretArn: keySecret.secret.secretArn,
      WebhookSecretArn: webhookSecret.secret.secretArn,
      HttpFunctionName: functions.http.lambda.functionName,
      // The name with its alias, which other functions call.
      InvokeFunctionName: functions.invoke.qualifiedName,
      RevalidateFunctionName: functions.revalidate.lambda.functionName,
      InvalidateFunctionName: functions.invalidate.lambda.functionName,
    };
    const { customDomain, network } = this.lookaside;
    const further: Readonly<Record<string, string | undefined>> = {
      // The target of the domain's CNAME, and the addresses for the upstream's allow-list.
      DomainTarget: customDomain?.target,
      EgressAddresses: network?.egressAddresses.join(',') || undefined,
    };
    for (const [name, value] of Object.entries(further)) if (value !== undefined) new CfnOutput(this, name, { value });
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  /** Two zones of the region, in any order, because the synthesis does not ask the account. */
  override get availabilityZones(): string[] {
    return [0, 1].map((position) => Fn.select(position, Fn.getAzs()));
  }

  /**
   * Asks the operator for the upstream's address. The parameter has no default, so CloudFormation refuses a deployment
   * without it.
   */
  private askForUpstream(): string {
    return new CfnParameter(this, 'UpstreamBaseUrl', {
      description: "The upstream's address, such as https://eu.api.capillarytech.com",
      allowedPattern: '^https://[^\\s/?#@]+(/[^\\s?#]*)?$',
      constraintDescription: 'must be an https address without user, query or fragment',
    }).valueAsString;
  }
}
