import { execFile } from 'node:child_process';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { loadAssembly } from '../../../local/cloudformation/assembly.ts';
import { evaluate } from '../../../local/cloudformation/intrinsics.ts';
import { createReferences } from '../../../local/cloudformation/stack-references.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../../../local/ports.ts';

/** The host is a Linux, and its tools differ elsewhere. */
export const CAN_BOOT = process.platform === 'linux';

/**
 * The host's programs. An archive is the folder that was packed: `aws` fetches where it lies, `unzip` copies it. Nothing
 * that systemd knows has failed; what else is asked, works.
 */
const STAND_IN = `#!/bin/bash
case "\${0##*/} $*" in
  'aws s3 cp --only-show-errors s3://'*) readlink --canonicalize-existing "$ASSETS/\${4#s3://}" >"$5" ;;
  'aws s3 '*) exit 1 ;;
  'unzip -q -o '*) cp --recursive "$(cat "$3")/." "$5" ;;
  'systemctl is-failed '*) exit 1 ;;
esac
`;
const STAND_INS = ['aws', 'curl', 'dnf', 'journalctl', 'sleep', 'systemctl', 'unzip'].map(
  (name) => `stand-ins/${name}`,
);
const AGENT = 'opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl';

/**
 * Makes a folder what a control node's root is after its first boot: the user data of the assembly's template, with the
 * names that the local AWS gives, runs for real. @throws Error with its output when it fails.
 */
export async function firstBoot(assemblyFolder: string, root: string): Promise<void> {
  const assembly = await loadAssembly(assemblyFolder);
  const place = { account: LOCAL_ACCOUNT, region: LOCAL_REGION, stackName: assembly.stackName };
  const references = createReferences(assembly.template, place);
  const resolved = (value: unknown) => String(evaluate(value, references, 'user data'));

  for (const file of [...STAND_INS, AGENT]) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), STAND_IN, { mode: 0o755 });
  }
  for (const { bucketName, objectKey, path } of assembly.assets) {
    const file = join(root, 'assets', resolved({ 'Fn::Sub': bucketName }), objectKey);
    await mkdir(dirname(file), { recursive: true });
    await symlink(path, file);
  }
  await mkdir(join(root, 'etc/systemd/system'), { recursive: true });

  const [template] = Object.values(assembly.template.Resources).filter(
    ({ Type }) => Type === 'AWS::EC2::LaunchTemplate',
  ) as unknown as readonly LaunchTemplate[];
  const userData = resolved(template?.Properties.LaunchTemplateData.UserData['Fn::Base64']);
  const script = join(root, 'user-data');
  await writeFile(script, userData.replaceAll(/(?<=^|[ "=:])\/(opt|etc|var)\//gm, `${root}/$1/`));
  const env = { PATH: `${root}/stand-ins:/usr/sbin:/usr/bin:/sbin:/bin`, ASSETS: join(root, 'assets') };
  await promisify(execFile)('bash', [script], { env }).catch((error: unknown) => {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`The first boot failed:\n${stdout}${stderr}`, { cause: error });
  });
  const home = await readdir(join(root, 'opt/stateful-serverless'));
  if (!home.includes('coordinator.mjs')) throw new Error(`The first boot unpacked only: ${home.join(', ')}`);
}

interface LaunchTemplate {
  readonly Properties: { readonly LaunchTemplateData: { readonly UserData: { readonly 'Fn::Base64': unknown } } };
}
