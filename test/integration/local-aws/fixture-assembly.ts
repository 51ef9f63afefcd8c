import { build } from 'esbuild';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Template } from '../../../local/cloudformation/template.ts';
import { aTemplate, RESOURCES } from '../../unit/local-cloudformation/builders.ts';

/** Copies what arrives in the inbox to the outbox, unless it is poison; says what it does. */
const WORKER = `
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
const s3 = new S3Client({});
export const handler = async (event) => {
  for (const { s3: { bucket, object } } of event.Records) {
    console.log(JSON.stringify({ received: object.key }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket.name, Key: object.key }));
    const body = await Body.transformToString();
    if (body === 'poison') throw new TypeError('poisoned');
    await s3.send(new PutObjectCommand({ Bucket: process.env.OUTBOX, Key: body, Body: 'seen' }));
  }
};
`;

const POLICY = {
  Type: 'AWS::IAM::Policy',
  Properties: {
    PolicyName: 'access',
    Roles: [{ Ref: 'Role' }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: { 'Fn::GetAtt': ['Logs', 'Arn'] },
        },
        { Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Sub': '${Inbox.Arn}/in/*' } },
        { Effect: 'Allow', Action: 's3:PutObject', Resource: { 'Fn::Sub': '${Outbox.Arn}/allowed/*' } },
      ],
    },
  },
};

/** An instance that may read what is in the outbox, and nothing else. */
const INSTANCE = {
  ReaderRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' } }] },
      Policies: [
        {
          PolicyName: 'reading',
          PolicyDocument: {
            Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Sub': '${Outbox.Arn}/*' } }],
          },
        },
      ],
    },
  },
  ReaderProfile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [{ Ref: 'ReaderRole' }] } },
  Reader: {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: {
      LaunchTemplateData: {
        IamInstanceProfile: { Arn: { 'Fn::GetAtt': ['ReaderProfile', 'Arn'] } },
        MetadataOptions: { HttpTokens: 'required' },
      },
    },
  },
};

const TEMPLATE = aTemplate({
  Resources: {
    ...INSTANCE,
    Outbox: { Type: 'AWS::S3::Bucket' },
    Policy: POLICY,
    Worker: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        ...RESOURCES['Worker']?.Properties,
        Environment: { Variables: { OUTBOX: { Ref: 'Outbox' } } },
      },
    },
  },
  Outputs: {
    Names: {
      Value: { 'Fn::Join': ['|', [{ Ref: 'Inbox' }, { Ref: 'Outbox' }, { Ref: 'Logs' }, { Ref: 'Worker' }]] },
    },
  },
});

/** Writes what `cdk synth` would write for a stack of two buckets and the function between them. */
export async function writeFixtureAssembly(folder: string, changes: Partial<Template> = {}): Promise<void> {
  const template = { ...TEMPLATE, ...changes, Resources: { ...TEMPLATE.Resources, ...changes.Resources } };
  const destinations = { here: { bucketName: 'assets-${AWS::AccountId}-${AWS::Region}', objectKey: 'worker.zip' } };
  const files = {
    'manifest.json': {
      artifacts: {
        demo: { type: 'aws:cloudformation:stack', properties: { templateFile: 'demo.template.json' } },
        'demo.assets': { type: 'cdk:asset-manifest', properties: { file: 'demo.assets.json' } },
      },
    },
    'demo.template.json': template,
    'demo.assets.json': { files: { worker: { source: { path: 'asset.worker' }, destinations } } },
  };
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content));
  await build({
    stdin: { contents: WORKER, resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    outfile: join(folder, 'asset.worker', 'index.mjs'),
    logLevel: 'silent',
  });
}
