import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { System } from '../laptop/system-options.ts';

export interface LoggedEvent {
  readonly message: string;
  /** When it was written, and when it could be read. Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly ingestionTime: number;
}

/** What the functions have logged since an instant, as the account's root. */
export async function readLog(
  { aws, controlNodeEnvironment }: Pick<System, 'aws' | 'controlNodeEnvironment'>,
  startTime: number,
): Promise<readonly LoggedEvent[]> {
  const { endpoint, region, accessKeyId, secretAccessKey } = aws;
  const client = new CloudWatchLogsClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  try {
    const lines: LoggedEvent[] = [];
    const logGroupName = controlNodeEnvironment['LOG_GROUP'] ?? '';
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName, startTime }))
      for (const { message = '', timestamp = 0, ingestionTime = 0 } of events)
        lines.push({ message, timestamp, ingestionTime });
    return lines;
  } finally {
    client.destroy();
  }
}
