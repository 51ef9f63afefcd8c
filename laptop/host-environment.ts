import { resolve } from 'node:path';

/** The environment of whoever starts the system, read once at the entry point. */
export type HostEnvironment = Readonly<Record<string, string | undefined>>;

/** A file that the local AWS writes every decision about access to; `local/main.ts` says more. */
const ACCESS_RECORD = 'LOCAL_AWS_ACCESS_RECORD';

export function localAwsEnvironment(host: HostEnvironment): Record<string, string> {
  const file = host[ACCESS_RECORD];
  return { ...machineEnvironment(host), ...(file !== undefined && { [ACCESS_RECORD]: resolve(file) }) };
}

/** What a Node process needs of the machine and nothing else: no AWS profile or proxy of the developer leaks in. */
export function machineEnvironment(host: HostEnvironment): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'LANG', 'TZ', 'SystemRoot'];
  return Object.fromEntries(names.flatMap((name) => (host[name] === undefined ? [] : [[name, host[name]]])));
}
