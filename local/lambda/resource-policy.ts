import type { AccessQuestion, Verdict } from '../iam/authorize.ts';
import type { PolicyStatement } from '../ports.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { LambdaError } from './lambda-error.ts';

/** What AddPermission takes, and a template's AWS::Lambda::Permission holds. */
export interface Permission {
  readonly statementId: string;
  /** `lambda:InvokeFunction` */
  readonly action: string;
  /** A service (`s3.amazonaws.com`), an account or an ARN. */
  readonly principal: string;
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
}

/** In the form in which Lambda's GetPolicy shows it. */
export function statementOf(permission: Permission, functionArn: string): PolicyStatement {
  const { statementId, action, principal, sourceArn, sourceAccount } = permission;
  if (!/^[\w-]{1,100}$/.test(statementId)) {
    throw new LambdaError(
      'InvalidParameterValueException',
      `StatementId is ${statementId}; it must be 1 to 100 of a-z A-Z 0-9 - _.`,
    );
  }
  if (!/^lambda:(\*|[A-Za-z]+)$/.test(action)) {
    throw new LambdaError(
      'InvalidParameterValueException',
      `Action is ${action}; it must be lambda: and an operation or *.`,
    );
  }
  const isService = principal.endsWith('.amazonaws.com');
  return {
    Sid: statementId,
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : isService ? { Service: principal } : { AWS: principal },
    Action: action,
    Resource: functionArn,
    ...(sourceArn === undefined && sourceAccount === undefined
      ? {}
      : {
          Condition: {
            ...(sourceAccount === undefined ? {} : { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
            ...(sourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': sourceArn } }),
          },
        }),
  };
}

export const S3_PRINCIPAL = 's3.amazonaws.com';

/** Whether S3 may invoke the function for an event of that bucket. */
export function mayS3Invoke(
  target: LambdaFunction,
  source: { readonly bucketArn: string | undefined; readonly account: string },
  authorize: (question: AccessQuestion) => Verdict,
): boolean {
  const verdict = authorize({
    principal: { arn: S3_PRINCIPAL, policies: [], isRoot: false },
    action: 'lambda:InvokeFunction',
    resource: target.arn,
    bucketPolicy: { Version: '2012-10-17', Statement: [...target.policy.values()] },
    context: {
      'aws:SourceAccount': source.account,
      ...(source.bucketArn === undefined ? {} : { 'aws:SourceArn': source.bucketArn }),
    },
  });
  return verdict === 'allowed';
}

/** Of the notification that S3 sends: `Records[0].s3.bucket.arn`. */
export function bucketArnIn(payload: unknown): string | undefined {
  const arn = ['Records', '0', 's3', 'bucket', 'arn'].reduce(memberOf, payload);
  return typeof arn === 'string' ? arn : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
