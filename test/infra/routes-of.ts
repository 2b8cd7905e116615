import { type CfnResource, propertiesOf, resourcesOf, type Template } from './templates.ts';

/** The template's routes, in the form of infra/routes.ts. */
export function routesOf(template: Template) {
  const resources = resourcesOf(template, 'AWS::ApiGateway::Resource');
  const pathOf = (id: unknown): string => {
    if (typeof id !== 'object' || id === null || !('Ref' in id)) return '';
    const { ParentId, PathPart } = (resources[String(id.Ref)] as CfnResource).Properties;
    return `${pathOf(ParentId)}/${PathPart}`;
  };
  return propertiesOf(template, 'AWS::ApiGateway::Method').map((method) => ({
    path: pathOf(method.ResourceId) || '/',
    method: method.HttpMethod,
    authorization: method.ApiKeyRequired ? 'api-key' : method.AuthorizationType === 'AWS_IAM' ? 'iam' : 'none',
    entry: entryOf(method, template),
    properties: method,
  }));
}

/** The function whose alias a method leads to, by its name's end. */
function entryOf(method: CfnResource['Properties'], template: Template): string {
  const aliases = resourcesOf(template, 'AWS::Lambda::Alias');
  const [id] = method.Integration.Uri['Fn::Join'][1].flatMap((part: { Ref?: string }) =>
    part.Ref !== undefined && part.Ref in aliases ? [part.Ref] : [],
  );
  return nameOf(id, template).replace('lookaside-', '');
}

/** The name of the function that an alias is of. */
export function nameOf(aliasId: string, template: Template): string {
  const functionId = resourcesOf(template, 'AWS::Lambda::Alias')[aliasId]?.Properties.FunctionName.Ref;
  return resourcesOf(template, 'AWS::Lambda::Function')[functionId]?.Properties.FunctionName;
}
