import { FilterLogEventsCommand, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { StartFinding } from '../../platform/start-checks.ts';

export interface LogGroupCheckOptions {
  readonly client: CloudWatchLogsClient;
  readonly logGroup: string;
  /** Milliseconds since the epoch: nothing before it is searched. */
  readonly now: number;
}

/**
 * Whether the log group may be read. One that does not exist is no reason not to start: without it the sweep still finds
 * every failure, only later, and a monitor that does not run finds none. /readyz says so until it is there.
 */
export async function checkLogGroup({
  client,
  logGroup,
  now,
}: LogGroupCheckOptions): Promise<StartFinding | undefined> {
  try {
    await client.send(new FilterLogEventsCommand({ logGroupName: logGroup, startTime: now, limit: 1 }));
    return undefined;
  } catch (error) {
    return { isFatal: isFatal(error), why: `${explain(error, logGroup)} (LOG_GROUP)` };
  }
}

function isFatal(error: unknown): boolean {
  return nameOf(error) === 'AccessDeniedException' || nameOf(error) === 'InvalidParameterException';
}

function explain(error: unknown, logGroup: string): string {
  switch (nameOf(error)) {
    case 'AccessDeniedException':
      return `log group ${logGroup} may not be read`;
    case 'InvalidParameterException':
      return `${JSON.stringify(logGroup)} is not a log group name`;
    case 'ResourceNotFoundException':
      return `log group ${logGroup} does not exist`;
    default:
      return `log group ${logGroup} could not be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
