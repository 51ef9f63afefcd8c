import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { checkLogGroup } from '../../../../monitor/log/check-log-group.ts';

function check(answer: { readonly error?: string; readonly message?: string } = {}) {
  const client = new CloudWatchLogsClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const { error, message = error } = answer;
  if (error === undefined) mock.on(FilterLogEventsCommand).resolves({ events: [] });
  else mock.on(FilterLogEventsCommand).rejects(Object.assign(new Error(message), { name: error }));
  return { mock, found: checkLogGroup({ client, logGroup: 'steps', now: 1_000 }) };
}

describe('the check of the log group at the start', () => {
  it.each([
    ['AccessDeniedException', true, 'log group steps may not be read (LOG_GROUP)'],
    ['InvalidParameterException', true, '"steps" is not a log group name (LOG_GROUP)'],
    ['ResourceNotFoundException', false, 'log group steps does not exist (LOG_GROUP)'],
    ['ThrottlingException', false, 'log group steps could not be read: ThrottlingException (LOG_GROUP)'],
    ['ECONNREFUSED', false, 'log group steps could not be read: ECONNREFUSED (LOG_GROUP)'],
  ])('meets %s', async (error, isFatal, why) => {
    expect(await check({ error }).found).toEqual({ isFatal, why });
  });

  it('finds nothing wrong with a group that answers, and searches no old lines', async () => {
    const { found, mock } = check();
    expect(await found).toBeUndefined();
    expect(mock.commandCalls(FilterLogEventsCommand)[0]?.args[0].input).toMatchObject({ startTime: 1_000, limit: 1 });
  });
});
