import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IDestination } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/**
 * Longer than a look at an execution takes and shorter than the deadline of a step: what a monitor had in hand when it
 * died comes to the next one before the sweep would find it. A look that takes longer is repeated, and finds all done.
 */
const VISIBILITY_TIMEOUT = Duration.minutes(1);
/** The longest that SQS offers: nothing is lost by keeping, and a control node may be away for a holiday. */
const RETENTION = Duration.days(14);
/**
 * Receives of a record that nobody deletes, at one a minute: an outage of S3 of an hour and a half sets nothing aside,
 * and what is no record of ours does not come back for ever.
 */
const MAX_RECEIVES = 100;

const PROPS: QueueProps = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: RETENTION,
};

/**
 * What Lambda gave up: a record for each asynchronous event of a step that failed, was throttled or grew too old, with
 * the event itself. The second of the monitor's signals.
 *
 * Both queues go with the stack in every stage: they hold suspicions, and what happened stands in the state storage.
 */
export class FailedEvents extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // What the monitor cannot read, for a person to look at.
    const setAside = new Queue(this, 'SetAside', PROPS);
    this.queue = new Queue(this, 'Queue', {
      ...PROPS,
      visibilityTimeout: VISIBILITY_TIMEOUT,
      deadLetterQueue: { queue: setAside, maxReceiveCount: MAX_RECEIVES },
    });
  }

  /**
   * The destination of a function with that role. CDK's own SqsDestination also grants to read the queue's attributes
   * and its URL, which Lambda does not.
   */
  destinationFor(role: IRole): IDestination {
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }));
    return { bind: () => ({ destination: this.queue.queueArn }) };
  }

  allowReceiving(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['sqs:DeleteMessage', 'sqs:ReceiveMessage'],
        resources: [this.queue.queueArn],
      }),
    );
  }
}
