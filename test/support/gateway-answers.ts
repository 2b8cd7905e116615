import { propertiesOf, templateOf } from '../infra/templates.ts';

/** The gateway's own answers, as `status code`. */
export function answersOfGateway(): string[] {
  return propertiesOf(templateOf('default'), 'AWS::ApiGateway::GatewayResponse').map(
    ({ StatusCode, ResponseTemplates }) => `${StatusCode} ${JSON.parse(ResponseTemplates['application/json']).code}`,
  );
}
