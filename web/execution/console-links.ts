import type { DeploymentRepresentation } from '../../coordinator/schemas/deployment.ts';

export type Consoles = NonNullable<DeploymentRepresentation['consoles']>;

/** The object in S3's console. */
export function objectLink({ region }: Consoles, bucket: string, key: string): string {
  const query = new URLSearchParams({ region, prefix: key });
  return `${hostOf(region)}/s3/object/${encodeURIComponent(bucket)}?${query}`;
}

/**
 * The lines of one request in CloudWatch's console, from a minute before. Its address escapes twice, with `$` for the
 * percent sign.
 */
export function logLink({ region, logGroup }: Consoles, requestId: string, sinceAt: number): string {
  const filter = `filterPattern=${encodeURIComponent(`"${requestId}"`)}&start=${sinceAt - 60_000}`;
  const place = `log-groups/log-group/${encodeTwice(logGroup)}/log-events${escapeQuery(`?${filter}`)}`;
  return `${hostOf(region)}/cloudwatch/home?region=${encodeURIComponent(region)}#logsV2:${place}`;
}

function encodeTwice(text: string): string {
  return encodeURIComponent(encodeURIComponent(text)).replaceAll('%', '$');
}

function escapeQuery(text: string): string {
  return encodeURIComponent(text).replaceAll('%', '$');
}

/** AWS's partitions have consoles of their own. */
function hostOf(region: string): string {
  if (region.startsWith('cn-')) return `https://${region}.console.amazonaws.cn`;
  if (region.startsWith('us-gov-')) return 'https://console.amazonaws-us-gov.com';
  return `https://${region}.console.aws.amazon.com`;
}
