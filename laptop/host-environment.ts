import { resolve } from 'node:path';

/** The environment of whoever starts the system, read once at the entry point. */
export type HostEnvironment = Readonly<Record<string, string | undefined>>;

/** Files that the local AWS writes every decision about access and every call to; `local/main.ts` says more. */
const RECORDS = ['LOCAL_AWS_ACCESS_RECORD', 'LOCAL_AWS_REQUEST_RECORD'];

export function localAwsEnvironment(host: HostEnvironment): Record<string, string> {
  const files = RECORDS.flatMap((name) => {
    const file = host[name];
    return file === undefined ? [] : [[name, resolve(file)] as const];
  });
  return { ...machineEnvironment(host), ...Object.fromEntries(files) };
}

/** What a Node process needs of the machine and nothing else: no AWS profile or proxy of the developer leaks in. */
export function machineEnvironment(host: HostEnvironment): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'LANG', 'TZ', 'SystemRoot'];
  return Object.fromEntries(names.flatMap((name) => (host[name] === undefined ? [] : [[name, host[name]]])));
}
