import { parseArgs } from 'node:util';
import { startLocalAws, type LocalAws } from './local-aws.ts';
import { readConditions } from './read-conditions.ts';

/**
 * Starts the local AWS and prints one line of JSON once it answers:
 * `{"url","region","account","stackName","credentials":{"accessKeyId","secretAccessKey","sessionToken"}}`, and
 * `"instanceMetadataUrl"` when the stack launches an instance.
 * SIGTERM and SIGINT stop it and every function; the second one at once.
 */
const USAGE = `node --import tsx local/main.ts --assembly FOLDER --state FOLDER [--stack NAME] [--port N] [--metadata-port N] [--conditions JSON] [--access-record FILE] [--request-record FILE]
  --assembly       output of cdk synth            (or LOCAL_AWS_ASSEMBLY)
  --state          where everything is kept       (or LOCAL_AWS_STATE)
  --stack          which stack of several         (or LOCAL_AWS_STACK)
  --port           0: any free port               (or LOCAL_AWS_PORT)
  --metadata-port  of the instance metadata; as above (or LOCAL_AWS_METADATA_PORT)
  --conditions     delays, loss, duplication      (or LOCAL_AWS_CONDITIONS)
  --access-record  file for a line per decision about access: who asked for what (or LOCAL_AWS_ACCESS_RECORD)
  --request-record file for a line per answered call: who called what      (or LOCAL_AWS_REQUEST_RECORD)`;

interface Settings {
  readonly assemblyFolder: string;
  readonly stateFolder: string;
  readonly stackName?: string;
  readonly port: number;
  readonly instanceMetadataPort: number;
  readonly conditions: ReturnType<typeof readConditions>;
  readonly accessRecordFile?: string;
  readonly requestRecordFile?: string;
}

function readSettings(args: readonly string[], environment: Readonly<NodeJS.ProcessEnv>): Settings {
  const option = { type: 'string' } as const;
  const options = {
    assembly: option,
    state: option,
    stack: option,
    port: option,
    'metadata-port': option,
    conditions: option,
    'access-record': option,
    'request-record': option,
  };
  const { values } = parseArgs({ args: [...args], options, allowPositionals: false });
  const {
    assembly = environment['LOCAL_AWS_ASSEMBLY'],
    state = environment['LOCAL_AWS_STATE'],
    stack = environment['LOCAL_AWS_STACK'],
    port = environment['LOCAL_AWS_PORT'] ?? '0',
    'metadata-port': metadataPort = environment['LOCAL_AWS_METADATA_PORT'] ?? '0',
    conditions = environment['LOCAL_AWS_CONDITIONS'] ?? '{}',
    'access-record': accessRecordFile = environment['LOCAL_AWS_ACCESS_RECORD'],
    'request-record': requestRecordFile = environment['LOCAL_AWS_REQUEST_RECORD'],
  } = values;
  if (assembly === undefined || state === undefined) throw new Error('--assembly and --state are both needed.');
  return {
    assemblyFolder: assembly,
    stateFolder: state,
    port: readPort('--port', port),
    instanceMetadataPort: readPort('--metadata-port', metadataPort),
    conditions: readConditions(conditions),
    ...(stack === undefined ? {} : { stackName: stack }),
    ...(accessRecordFile === undefined ? {} : { accessRecordFile }),
    ...(requestRecordFile === undefined ? {} : { requestRecordFile }),
  };
}

function readPort(option: string, text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new Error(`${option} must be 0 to 65535, not ${text}.`);
  return Number(text);
}

function tell(level: 'warn' | 'error', message: string, fields: object = {}): void {
  process.stderr.write(`${JSON.stringify({ level, message, ...fields })}\n`);
}

async function main(): Promise<void> {
  let settings: Settings;
  try {
    settings = readSettings(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n${USAGE}\n`);
    process.exitCode = 2;
    return;
  }

  let aws: LocalAws;
  try {
    aws = await startLocalAws({ ...settings, onWarning: (message, fields) => tell('warn', message, fields) });
  } catch (error) {
    tell('error', 'the local AWS does not start', { reason: messageOf(error) });
    process.exitCode = 1;
    return;
  }
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      void aws.stop();
    });
  }
  const { url, region, account, stackName, credentials, instanceMetadataUrl } = aws;
  const ready = { url, region, account, stackName, credentials, instanceMetadataUrl };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

await main();
