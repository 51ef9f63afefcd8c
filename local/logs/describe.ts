import type { LogGroup, LogStream } from './log-group.ts';
import { LogsError } from './logs-error.ts';
import { optionalBoolean, optionalInteger, optionalString, type Parameters } from './parameters.ts';

const MAX_DESCRIBED = 50;

export function describeLogGroups(
  groups: readonly LogGroup[],
  parameters: Parameters,
  arnOf: (name: string) => string,
): object {
  const prefix = optionalString(parameters, 'logGroupNamePrefix');
  const part = optionalString(parameters, 'logGroupNamePattern');
  if (prefix !== undefined && part !== undefined) {
    throw new LogsError('InvalidParameterException', 'logGroupNamePrefix and logGroupNamePattern exclude each other.');
  }
  const wanted = groups.filter(
    (group) => group.name.startsWith(prefix ?? '') && group.name.toLowerCase().includes((part ?? '').toLowerCase()),
  );
  const { items, nextToken } = pageOf(wanted, parameters);
  return {
    logGroups: items.map((group) => ({
      logGroupName: group.name,
      creationTime: group.createdAt,
      metricFilterCount: 0,
      arn: `${arnOf(group.name)}:*`,
      logGroupArn: arnOf(group.name),
      storedBytes: group.storedBytes,
      logGroupClass: 'STANDARD',
    })),
    nextToken,
  };
}

export function describeLogStreams(group: LogGroup, parameters: Parameters, groupArn: string): object {
  const prefix = optionalString(parameters, 'logStreamNamePrefix');
  const orderBy = optionalString(parameters, 'orderBy') ?? 'LogStreamName';
  if (orderBy !== 'LogStreamName' && orderBy !== 'LastEventTime') {
    throw new LogsError(
      'InvalidParameterException',
      `orderBy is ${orderBy}; it must be LogStreamName or LastEventTime.`,
    );
  }
  if (orderBy === 'LastEventTime' && prefix !== undefined) {
    throw new LogsError('InvalidParameterException', 'Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const byName = (a: LogStream, b: LogStream): number => (a.name < b.name ? -1 : 1);
  const streams = [...group.streams.values()]
    .filter((stream) => stream.name.startsWith(prefix ?? ''))
    .sort(orderBy === 'LogStreamName' ? byName : (a, b) => (a.lastEventAt ?? 0) - (b.lastEventAt ?? 0) || byName(a, b));
  if (optionalBoolean(parameters, 'descending') === true) streams.reverse();
  const { items, nextToken } = pageOf(streams, parameters);
  return {
    logStreams: items.map((stream) => ({
      logStreamName: stream.name,
      creationTime: stream.createdAt,
      firstEventTimestamp: stream.firstEventAt,
      lastEventTimestamp: stream.lastEventAt,
      lastIngestionTime: stream.lastIngestionAt,
      arn: `${groupArn}:log-stream:${stream.name}`,
      storedBytes: 0,
    })),
    nextToken,
  };
}

/** The token names the last item of the page before, so that new items between two pages shift nothing. */
function pageOf<T extends { readonly name: string }>(
  items: readonly T[],
  parameters: Parameters,
): { readonly items: readonly T[]; readonly nextToken: string | undefined } {
  const limit = optionalInteger(parameters, 'limit', 1, MAX_DESCRIBED) ?? MAX_DESCRIBED;
  const token = optionalString(parameters, 'nextToken');
  const last = token === undefined ? undefined : Buffer.from(token, 'base64url').toString();
  const index = last === undefined ? -1 : items.findIndex((item) => item.name === last);
  if (last !== undefined && index === -1) {
    throw new LogsError('InvalidParameterException', 'The specified nextToken is invalid.');
  }
  const page = items.slice(index + 1, index + 1 + limit);
  const isLast = index + 1 + limit >= items.length;
  return { items: page, nextToken: isLast ? undefined : Buffer.from(page.at(-1)?.name ?? '').toString('base64url') };
}
