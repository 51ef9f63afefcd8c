import type { Template } from 'aws-cdk-lib/assertions';

/**
 * The user data as an instance gets it, with the given text where CloudFormation will put a name of its own making:
 * `nameOf` is asked with the logical id of a resource, or with a pseudo parameter such as `AWS::Region`.
 */
export function renderUserData(template: Template, nameOf: (reference: string) => string): string {
  const [launchTemplate] = Object.values(template.findResources('AWS::EC2::LaunchTemplate')) as {
    Properties: { LaunchTemplateData: { UserData: { 'Fn::Base64': unknown } } };
  }[];
  return render(launchTemplate!.Properties.LaunchTemplateData.UserData['Fn::Base64'], nameOf);
}

function render(value: unknown, nameOf: (reference: string) => string): string {
  if (typeof value === 'string') return value;
  const [name, argument] = Object.entries(value as Readonly<Record<string, unknown>>)[0] ?? [];
  if (name === 'Ref') return nameOf(argument as string);
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map((part) => render(part, nameOf)).join('');
  if (name === 'Fn::Sub') return (argument as string).replace(/\$\{([^}]+)\}/g, (_, reference) => nameOf(reference));
  throw new Error(`cannot render ${JSON.stringify(value)}`);
}
