import type { AccessQuestion, Verdict } from '../iam/authorize.ts';
import type { Principal, Service } from '../ports.ts';
import { admit, type Admission } from './admit.ts';
import { DEFAULT_LIMITS, type SqsLimits } from './limits.ts';
import { LongPolls, SYSTEM_CLOCK, type SqsClock } from './long-polls.ts';
import { respond } from './operations.ts';
import { queueNameIn } from './queue-address.ts';
import type { NewQueue } from './queue-configuration.ts';
import { QueueStore } from './queue-store.ts';
import { checkBody } from './send-message.ts';
import { SqsError, type SqsErrorCode } from './sqs-error.ts';

export interface SqsOptions {
  readonly stateFolder: string;
  readonly authorize: (question: AccessQuestion) => Verdict;
  readonly clock?: SqsClock;
  readonly limits?: Partial<SqsLimits>;
  /** Asked once for each message that is sent: whether it is delivered twice, under one id. Absent: never. */
  readonly isDuplicated?: () => boolean;
}

/** Where other services put messages, as the principal on whose behalf they act. */
export interface QueueSink {
  /** Returns once the message survives the end of the process; otherwise says in SQS's word why there is none. */
  send(queueArn: string, body: string, sender: Principal): 'sent' | SqsErrorCode;
}

export interface Sqs {
  readonly service: Service;
  readonly sink: QueueSink;
  /** Creates or adjusts; the messages that are there stay. @throws SqsError */
  createQueue(queue: NewQueue): void;
  /** Reads the state back. Before it, nothing else may be called. */
  start(): void;
  /** Answers every receive that waits, with nothing. Before the front is closed, which waits for calls under way. */
  endLongPolls(): void;
  /** The front must have been closed before. */
  close(): void;
}

/** SQS as far as standard queues go: AWS JSON 1.0, `AmazonSQS`. */
export function createSqs(options: SqsOptions): Sqs {
  const clock = options.clock ?? SYSTEM_CLOCK;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const polls = new LongPolls(clock, limits.longPolls);
  const store = new QueueStore({
    folder: options.stateFolder,
    limits,
    now: () => clock.now(),
    isDuplicated: options.isDuplicated ?? (() => false),
    onMore: (queueName) => polls.wake(queueName),
  });
  const admission: Admission = { authorize: options.authorize, queueNamed: (name) => store.get(name) };

  return {
    service: { name: 'sqs', respond: (request) => respond(request, { admission, store, polls, clock }) },
    sink: {
      send(queueArn, body, sender) {
        try {
          const queue = admit(sender, 'SendMessage', queueNameIn(queueArn), admission);
          checkBody(queue, body);
          store.send(queue, body);
          return 'sent';
        } catch (error) {
          if (!(error instanceof SqsError)) throw error;
          return error.code;
        }
      },
    },
    createQueue: (queue) => store.create(queue),
    start: () => store.open(),
    endLongPolls: () => polls.end(),
    close: () => store.close(),
  };
}
