import type { AwsRequest, AwsResponse, LogLine, LogSink, Principal, Service } from '../ports.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../ports.ts';
import type { AccessQuestion, Verdict } from '../iam/authorize.ts';
import type { Conditions } from '../conditions.ts';
import { seededRandom } from '../conditions.ts';
import { CallRate } from './call-rate.ts';
import { createDelivery } from './delivery.ts';
import { describeLogGroups, describeLogStreams } from './describe.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { getLogEvents } from './get-log-events.ts';
import type { LogGroup } from './log-group.ts';
import { DEFAULT_RETENTION, LogStore, type LogRetention } from './log-store.ts';
import { LogsError } from './logs-error.ts';
import { optionalString, requiredString, type Parameters } from './parameters.ts';
import { acceptLines } from './put-log-events.ts';

export interface LogsOptions {
  readonly stateFolder: string;
  /** Its fields are read anew for every line, so that a run can change the weather. */
  readonly conditions: Conditions;
  readonly authorize: (question: AccessQuestion) => Verdict;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  readonly retention?: LogRetention;
  /** The quota of FilterLogEvents, per second; AWS grants 5 to 25. Absent: no limit. */
  readonly callsPerSecond?: number;
}

export interface Logs {
  readonly service: Service;
  readonly sink: LogSink;
  /** Does nothing to a group that exists. */
  createGroup(name: string): void;
  /** Lines that had no group to go to, since the start. */
  droppedLines(): number;
  start(): void;
  close(): void;
}

/** CloudWatch Logs as far as it stores and finds lines: AWS JSON 1.1, `Logs_20140328`. */
export function createLogs(options: LogsOptions): Logs {
  const clock = options.clock ?? Date.now;
  const store = new LogStore({
    folder: options.stateFolder,
    retention: options.retention ?? DEFAULT_RETENTION,
    clock,
  });
  const deliver = createDelivery(options.conditions);
  const drawEmptyPage = seededRandom(options.conditions.seed, 'empty log pages');
  const rate = options.callsPerSecond === undefined ? undefined : new CallRate(options.callsPerSecond, clock);
  let droppedLines = 0;

  const append = (group: LogGroup, stream: string, lines: readonly LogLine[]): void => {
    for (const line of lines) {
      for (const event of deliver(line, clock())) store.add(group, { ...event, stream });
    }
  };

  const sink: LogSink = {
    append(groupName, streamName, events) {
      // Lambda makes its default group by itself; any other group must have been created.
      if (groupName.startsWith('/aws/lambda/')) store.createGroup(groupName);
      const group = store.group(groupName);
      if (group === undefined) droppedLines += events.length;
      else append(group, streamName, events);
    },
  };

  const groupIn = (parameters: Parameters): LogGroup => {
    const identifier = optionalString(parameters, 'logGroupIdentifier');
    const name = identifier?.replace(/^arn:aws:logs:[^:]*:[^:]*:log-group:/, '').replace(/:\*$/, '');
    const group = store.group(name ?? requiredString(parameters, 'logGroupName'));
    if (group === undefined)
      throw new LogsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  };

  const operations: Readonly<Record<string, (parameters: Parameters) => object>> = {
    FilterLogEvents(parameters) {
      if (rate?.take() === 'exceeded') throw new LogsError('ThrottlingException', 'Rate exceeded');
      return filterLogEvents(groupIn(parameters), parameters, {
        now: clock(),
        answerEmptyPage: () => drawEmptyPage() < options.conditions.logEmptyPages,
      });
    },
    GetLogEvents: (parameters) => getLogEvents(groupIn(parameters), parameters, clock()),
    DescribeLogGroups: (parameters) => describeLogGroups(store.groups(), parameters, groupArnOf),
    DescribeLogStreams(parameters) {
      const group = groupIn(parameters);
      return describeLogStreams(group, parameters, groupArnOf(group.name));
    },
    CreateLogGroup(parameters) {
      const name = requiredString(parameters, 'logGroupName');
      if (!/^[\w./#-]{1,512}$/.test(name)) {
        throw new LogsError(
          'InvalidParameterException',
          `${name} is no name of a log group: 1 to 512 of a-z A-Z 0-9 _ - / . #`,
        );
      }
      if (store.createGroup(name) === 'exists') {
        throw new LogsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      return {};
    },
    CreateLogStream(parameters) {
      const group = groupIn(parameters);
      if (store.createStream(group, requiredString(parameters, 'logStreamName')) === 'exists') {
        throw new LogsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      }
      return {};
    },
    PutLogEvents(parameters) {
      const group = groupIn(parameters);
      const stream = requiredString(parameters, 'logStreamName');
      if (!group.streams.has(stream)) {
        throw new LogsError('ResourceNotFoundException', 'The specified log stream does not exist.');
      }
      const { lines, rejected } = acceptLines(parameters, clock());
      append(group, stream, lines);
      return { nextSequenceToken: '0', rejectedLogEventsInfo: rejected };
    },
  };

  return {
    service: { name: 'logs', respond: (request) => Promise.resolve(respond(request, operations, options.authorize)) },
    sink,
    createGroup: (name) => void store.createGroup(name),
    droppedLines: () => droppedLines,
    start: () => store.open(),
    close: () => store.close(),
  };
}

function groupArnOf(name: string): string {
  return `arn:aws:logs:${LOCAL_REGION}:${LOCAL_ACCOUNT}:log-group:${name}`;
}

function respond(
  request: AwsRequest,
  operations: Readonly<Record<string, (parameters: Parameters) => object>>,
  authorize: (question: AccessQuestion) => Verdict,
): AwsResponse {
  const target = request.headers['x-amz-target'] ?? '';
  const name = target.replace(/^Logs_20140328\./, '');
  return { operation: name || 'Unnamed', ...perform(request, name, operations, authorize) };
}

function perform(
  request: AwsRequest,
  name: string,
  operations: Readonly<Record<string, (parameters: Parameters) => object>>,
  authorize: (question: AccessQuestion) => Verdict,
): AwsResponse {
  try {
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined) {
      throw new LogsError(
        'NotImplemented',
        `The local CloudWatch Logs does not implement ${name || 'a call without X-Amz-Target'}.`,
      );
    }
    const parameters = parametersIn(request.body);
    checkAccess(request.principal, name, parameters, authorize);
    return answer(200, operation(parameters));
  } catch (error) {
    if (!(error instanceof LogsError)) throw error;
    return answer(error.status, { __type: error.name, message: error.message }, { 'x-amzn-errortype': error.name });
  }
}

function checkAccess(
  principal: Principal,
  operation: string,
  parameters: Parameters,
  authorize: (question: AccessQuestion) => Verdict,
): void {
  const name = optionalString(parameters, 'logGroupName') ?? optionalString(parameters, 'logGroupIdentifier') ?? '*';
  const groupName = name.replace(/^arn:aws:logs:[^:]*:[^:]*:log-group:/, '');
  const stream = operation === 'PutLogEvents' ? `log-stream:${optionalString(parameters, 'logStreamName') ?? ''}` : '*';
  const resource = `${groupArnOf(groupName.replace(/:\*$/, ''))}:${stream}`;
  if (authorize({ principal, action: `logs:${operation}`, resource }) === 'allowed') return;
  throw new LogsError(
    'AccessDeniedException',
    `User: ${principal.arn} is not authorized to perform: logs:${operation} on resource: ${resource}`,
  );
}

function parametersIn(body: Buffer): Parameters {
  try {
    const parameters = JSON.parse(body.toString() || '{}') as unknown;
    if (typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters)) {
      return parameters as Parameters;
    }
  } catch {
    // Falls through to the error that both kinds of bad bodies get.
  }
  throw new LogsError('SerializationException', 'The body must be a JSON object.');
}

function answer(status: number, body: object, headers: Readonly<Record<string, string>> = {}): AwsResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1', ...headers }, body: JSON.stringify(body) };
}
