import type { GatewayResponseOptions, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { addGatewayAnswers } from '../../infra/gateway-answers.ts';

/** What the gateway answers by itself, as `status code`. */
export function answersOfGateway(): string[] {
  const answers: string[] = [];
  const api = {
    addGatewayResponse: (_id: string, { statusCode, templates }: GatewayResponseOptions) => {
      answers.push(`${statusCode} ${JSON.parse(templates?.['application/json'] ?? '').code}`);
    },
  };
  addGatewayAnswers(api as unknown as RestApi, false);
  return answers;
}
