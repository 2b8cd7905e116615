import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  CfnEIP,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  type ISecurityGroup,
  type IVpc,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { GivenNetwork, NetworkSetting } from './environment-values.ts';

/** The options of the functions' network. */
export interface NetworkProps {
  readonly prefix: string;
  /** A VPC to make, or an existing one. */
  readonly setting: NetworkSetting | IVpc;
  readonly logRetentionDays: number;
  readonly encryptionKey?: IKey | undefined;
}

/**
 * The network of the functions: private subnets of a VPC that the stack makes or gets. From a made VPC, traffic to
 * DynamoDB does not go over the internet.
 */
export class Network extends Construct {
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  /**
   * The public addresses of the functions, for the upstream's allow-list. For a given VPC there are none, because only
   * its owner knows them.
   */
  readonly egressAddresses: readonly string[];
  private readonly isMade: boolean;
  /** The range of the addresses. */
  private readonly cidr: () => string;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const { setting } = props;
    this.isMade = 'natGateways' in setting;
    // For a made VPC this is a text, so that rules for templates can read it. For another VPC only the resource knows
    // it.
    this.cidr = () => ('natGateways' in setting ? setting.cidr : this.vpc.vpcCidrBlock);
    const addresses = 'natGateways' in setting ? this.addAddresses(setting.natGateways) : [];
    this.egressAddresses = addresses.map(({ ref }) => ref);
    if ('natGateways' in setting) this.vpc = this.addVpc(props, setting.cidr, addresses) as IVpc;
    else this.vpc = 'subnetIds' in setting ? this.findVpc(setting) : setting;
    this.securityGroup = this.addSecurityGroup(props.prefix);
  }

  /**
   * Keeps the traffic from a made VPC to a table inside AWS's network, and allows no other table. It does nothing for a
   * given VPC: the route tables belong to its owner, and others use them.
   */
  reachTable(tableArn: string): void {
    if (!this.isMade) return;
    const endpoint = this.vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB });
    endpoint.addToPolicy(
      new PolicyStatement({ principals: [new AnyPrincipal()], actions: ['dynamodb:*'], resources: [tableArn] }),
    );
  }

  /** Makes an endpoint through which callers inside this VPC reach a private API. */
  addApiEndpoint(): string {
    const service = InterfaceVpcEndpointAwsService.APIGATEWAY;
    const endpoint = this.vpc.addInterfaceEndpoint('Api', { service, open: false });
    endpoint.connections.allowDefaultPortFrom(Peer.ipv4(this.cidr()), 'Callers inside the VPC');
    return endpoint.vpcEndpointId;
  }

  private findVpc({ vpcId, availabilityZones, subnetIds }: GivenNetwork): IVpc {
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId,
      availabilityZones: [...availabilityZones],
      privateSubnetIds: [...subnetIds],
    });
    for (const subnet of vpc.privateSubnets) {
      Validations.of(subnet).acknowledge({
        id: 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
        reason: 'The route tables belong to the owner of the VPC: the stack neither reads nor changes them.',
      });
    }
    return vpc;
  }

  private addAddresses(count: number): readonly CfnEIP[] {
    return Array.from({ length: count }, (_, position) => {
      const address = new CfnEIP(this, `Address${position + 1}`, { domain: 'vpc' });
      address.applyRemovalPolicy(RemovalPolicy.DESTROY);
      return address;
    });
  }

  private addVpc(
    { prefix, logRetentionDays, encryptionKey }: NetworkProps,
    cidr: string,
    addresses: readonly CfnEIP[],
  ) {
    const vpc = new Vpc(this, 'Vpc', {
      vpcName: prefix,
      ipAddresses: IpAddresses.cidr(cidr),
      maxAzs: 2,
      natGateways: addresses.length,
      natGatewayProvider: NatProvider.gateway({
        eipAllocationIds: addresses.map(({ attrAllocationId }) => attrAllocationId),
      }),
      subnetConfiguration: [
        // These subnets are only for the NAT gateways.
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      ],
    });
    const log = new LogGroup(this, 'Refused', {
      logGroupName: `/aws/vpc/${prefix}`,
      // RetentionDays is an enum of the number of days.
      retention: logRetentionDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(encryptionKey && { encryptionKey }),
    });
    vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(log),
      trafficType: FlowLogTrafficType.REJECT,
    });
    return vpc;
  }

  private addSecurityGroup(prefix: string): SecurityGroup {
    const group = new SecurityGroup(this, 'Functions', {
      vpc: this.vpc,
      securityGroupName: prefix,
      description: `Functions of ${prefix}: out to the upstream and to AWS, in from nowhere`,
      allowAllOutbound: false,
    });
    // An upstream or a proxy may listen on any port. The functions use only TCP.
    group.addEgressRule(Peer.anyIpv4(), Port.allTcp(), 'The upstream, and the services of AWS');
    return group;
  }
}
