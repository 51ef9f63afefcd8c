import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startLocalAws } from '../../../local/local-aws.ts';
import { needProgram } from '../../support/needed-program.ts';
import { Clients } from '../local-aws/clients.ts';
import { writeFixtureAssembly } from '../local-aws/fixture-assembly.ts';

/** Does with the standard library what a function on AWS does with boto3; the local AWS verifies no signature. */
const WORKER = `
import json, os, urllib.parse, urllib.request

def s3(method, bucket, key, body=None):
    request = urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/{bucket}/{key}", body, method=method)
    scope = f"{os.environ['AWS_ACCESS_KEY_ID']}/20260101/{os.environ['AWS_REGION']}/s3/aws4_request"
    request.add_header("Authorization", f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0")
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()

def handler(event, context):
    for record in event["Records"]:
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        print(json.dumps({"received": key}))
        body = s3("GET", record["s3"]["bucket"]["name"], key)
        s3("PUT", os.environ["OUTBOX"], body, b"seen")
`;

const SOON = { timeout: 15_000, interval: 25 };

let clients: Clients;
let closers: (() => void | Promise<void>)[];
beforeEach(async (context) => {
  closers = [];
  needProgram(context, 'python3');
  const root = await mkdtemp(join(tmpdir(), 'python-and-s3-'));
  closers.unshift(() => rm(root, { recursive: true, force: true }));
  const assemblyFolder = join(root, 'assembly');
  await writeFixtureAssembly(assemblyFolder);
  const template = join(assemblyFolder, 'demo.template.json');
  await writeFile(template, (await readFile(template, 'utf8')).replaceAll('nodejs24.x', 'python3.13'));
  await writeFile(join(assemblyFolder, 'asset.worker', 'index.py'), WORKER);
  const aws = await startLocalAws({ assemblyFolder, stateFolder: join(root, 'state'), fsync: false });
  closers.unshift(() => aws.stop());
  clients = new Clients(aws);
  closers.unshift(() => clients.close());
});
afterEach(async () => {
  for (const close of closers) await close();
});

test('a Python function of the template is started by S3 and may do there what its role allows', async () => {
  const { inbox, outbox, logGroup } = await clients.names();
  await clients.s3.send(new PutObjectCommand({ Bucket: inbox, Key: 'in/1.json', Body: 'allowed/copy' }));
  await clients.s3.send(new PutObjectCommand({ Bucket: inbox, Key: 'in/2.json', Body: 'elsewhere' }));

  await vi.waitFor(async () => {
    const lines = await clients.lines(logGroup);
    expect(lines.filter((line) => line.startsWith('REPORT'))).toHaveLength(2);
  }, SOON);
  const copy = await clients.s3.send(new GetObjectCommand({ Bucket: outbox, Key: 'allowed/copy' }));
  expect(await copy.Body?.transformToString()).toBe('seen');
  const lines = await clients.lines(logGroup);
  expect(lines).toEqual(expect.arrayContaining(['{"received": "in/1.json"}\n', '{"received": "in/2.json"}\n']));
  expect(lines.filter((line) => line.startsWith('[ERROR] '))).toEqual([
    expect.stringMatching(/^\[ERROR\] HTTPError: HTTP Error 403: Forbidden\nTraceback/),
  ]);
});
