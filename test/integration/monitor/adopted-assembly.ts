import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TemplateResource } from '../../../local/cloudformation/template.ts';
import { RESOURCES } from '../../unit/local-cloudformation/builders.ts';

/**
 * Two functions as a stranger wrote them: they print what they please, read the object that S3 tells them of, and write what
 * they made. Of attempts, records and executions they know nothing. They sign nothing: the local AWS does not verify it.
 */
const CODE = `
import json, os, time, urllib.parse, urllib.request

def s3(method, bucket, key, body=None):
    request = urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/{bucket}/{key}", body, method=method)
    scope = f"{os.environ['AWS_ACCESS_KEY_ID']}/20260101/{os.environ['AWS_REGION']}/s3/aws4_request"
    request.add_header("Authorization", f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0")
    with urllib.request.urlopen(request) as answer:
        return answer.read()

def read_event(event):
    [record] = event["Records"]
    return record["s3"]["bucket"]["name"], urllib.parse.unquote_plus(record["s3"]["object"]["key"])

def quote(event, context):
    bucket, key = read_event(event)
    print(f"quoting {key}")
    order = json.loads(s3("GET", bucket, key))
    name = key.removeprefix("orders/").removesuffix(".json")
    s3("PUT", os.environ["STORE"], f"quotes/{name}.txt", order["input"]["wish"].encode())

def receipt(event, context):
    bucket, key = read_event(event)
    print(f"making a receipt for {key}")
    quoted = json.loads(s3("GET", bucket, key))["output"]
    wish = s3("GET", os.environ["STORE"], quoted["key"]).decode()
    if wish == "the impossible":
        raise ValueError("there is no receipt for that")
    if wish == "patience":
        time.sleep(5)
    name = key.split("/")[1]
    s3("PUT", os.environ["STORE"], f"receipts/{name}.txt", f"received with thanks: {wish}".encode())
    print(f"made a receipt for {key}")
`;

const FUNCTION = RESOURCES['Worker']?.Properties ?? {};

function aFunction(handler: string): TemplateResource {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      ...FUNCTION,
      Runtime: 'python3.13',
      Handler: `index.${handler}`,
      Timeout: 10,
      Environment: { Variables: { STORE: { Ref: 'AppStore' } } },
    },
  };
}

/** What lets a bucket start a function, and keeps Lambda from trying again by itself. */
function started(name: string, bucket: string, filter: object): Readonly<Record<string, TemplateResource>> {
  return {
    [`${name}Invoke`]: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: name }, Qualifier: '$LATEST', MaximumRetryAttempts: 0 },
    },
    [`${name}Permission`]: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': [name, 'Arn'] },
        Principal: 's3.amazonaws.com',
        SourceArn: { 'Fn::GetAtt': [bucket, 'Arn'] },
        SourceAccount: { Ref: 'AWS::AccountId' },
      },
    },
    [`${bucket}Notifications`]: {
      Type: 'Custom::S3BucketNotifications',
      Properties: {
        ServiceToken: { 'Fn::GetAtt': ['Helper', 'Arn'] },
        BucketName: { Ref: bucket },
        Managed: true,
        SkipDestinationValidation: false,
        NotificationConfiguration: {
          LambdaFunctionConfigurations: [
            { Events: ['s3:ObjectCreated:*'], LambdaFunctionArn: { 'Fn::GetAtt': [name, 'Arn'] }, Filter: filter },
          ],
        },
      },
    },
  };
}

function keys(prefix: string, suffix: string): object {
  const FilterRules = [
    { Name: 'prefix', Value: prefix },
    { Name: 'suffix', Value: suffix },
  ];
  return { Key: { FilterRules } };
}

const { Logs, Role, Helper, HelperRole } = RESOURCES;

const Policy: TemplateResource = {
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
        { Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Sub': '${AppStore.Arn}/*' } },
        { Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Sub': '${StateStorage.Arn}/*/quote.json' } },
        { Effect: 'Allow', Action: 's3:PutObject', Resource: { 'Fn::Sub': '${AppStore.Arn}/quotes/*' } },
        { Effect: 'Allow', Action: 's3:PutObject', Resource: { 'Fn::Sub': '${AppStore.Arn}/receipts/*' } },
      ],
    },
  },
};

const NAMES = ['AppStore', 'StateStorage', 'Logs', 'Failed', 'Quote', 'Receipt'];

const TEMPLATE = {
  Resources: {
    ...{ Logs, Role, Helper, HelperRole, Policy },
    AppStore: { Type: 'AWS::S3::Bucket' },
    StateStorage: { Type: 'AWS::S3::Bucket' },
    Failed: { Type: 'AWS::SQS::Queue' },
    Quote: aFunction('quote'),
    Receipt: aFunction('receipt'),
    ...started('Quote', 'AppStore', keys('orders/', '.json')),
    ...started('Receipt', 'StateStorage', keys('executions/', '/quote.json')),
  },
  Outputs: { Names: { Value: { 'Fn::Join': ['|', NAMES.map((name) => ({ Ref: name }))] } } },
};

/** Writes what `cdk synth` would write for a workflow of two functions that are not ours. */
export async function writeAdoptedAssembly(folder: string): Promise<void> {
  const destinations = { here: { bucketName: 'assets-${AWS::AccountId}-${AWS::Region}', objectKey: 'worker.zip' } };
  const files = {
    'manifest.json': {
      artifacts: {
        demo: { type: 'aws:cloudformation:stack', properties: { templateFile: 'demo.template.json' } },
        'demo.assets': { type: 'cdk:asset-manifest', properties: { file: 'demo.assets.json' } },
      },
    },
    'demo.template.json': TEMPLATE,
    'demo.assets.json': { files: { worker: { source: { path: 'asset.worker' }, destinations } } },
  };
  await mkdir(join(folder, 'asset.worker'), { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content));
  await writeFile(join(folder, 'asset.worker', 'index.py'), CODE);
}
