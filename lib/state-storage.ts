import { EventType, type Bucket } from 'aws-cdk-lib/aws-s3';
import { LambdaDestination } from 'aws-cdk-lib/aws-s3-notifications';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allowListing, allowObjects } from './bucket-access.ts';
import type { NotificationsRole } from './notifications-role.ts';
import { PrivateBucket } from './private-bucket.ts';
import { DOORBELL_RETENTION, FACT_RETENTION, REWRITTEN_UNDO_WINDOW, UNDO_WINDOW } from './retention.ts';
import type { Stage, StepName } from './stage.ts';

export interface StateStorageProps {
  readonly stage: Stage;
  readonly notificationsRole: NotificationsRole;
}

/** The facts of every execution, each written once, and what the control node remembers. */
export class StateStorage extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: StateStorageProps) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, 'Bucket', {
      ...props,
      lifecycleRules: [
        {
          id: 'executions',
          prefix: 'executions/',
          expiration: FACT_RETENTION,
          noncurrentVersionExpiration: UNDO_WINDOW,
        },
        // What an incident is made of goes with the facts that it points at, and so do the requests to redrive it.
        {
          id: 'failures',
          prefix: 'failures/',
          expiration: FACT_RETENTION,
          noncurrentVersionExpiration: UNDO_WINDOW,
        },
        {
          id: 'incident-redrives',
          prefix: 'incident-redrives/',
          expiration: FACT_RETENTION,
          noncurrentVersionExpiration: UNDO_WINDOW,
        },
        // Heard within seconds; what a lost one was rung for is found without it.
        {
          id: 'doorbells',
          prefix: 'control/doorbell/',
          expiration: DOORBELL_RETENTION,
          noncurrentVersionExpiration: REWRITTEN_UNDO_WINDOW,
        },
        // The watermark is rewritten every few seconds; what the control node remembers never expires by itself.
        { id: 'control', prefix: 'control/', noncurrentVersionExpiration: REWRITTEN_UNDO_WINDOW },
      ],
    });
  }

  startOnStepRecord(step: StepName, handler: IFunction): void {
    this.bucket.addEventNotification(EventType.OBJECT_CREATED, new LambdaDestination(handler), {
      prefix: 'executions/',
      suffix: `/${step}.json`,
    });
  }

  allowReadingRecord(role: Role, step: StepName): void {
    allowObjects(role, this.bucket, ['s3:GetObject'], recordsOf(step));
    allowListing(role, this.bucket);
  }

  /** Reading belongs to it: whoever loses the put-if-absent reads back who won. */
  allowWritingRecord(role: Role, step: StepName): void {
    allowObjects(role, this.bucket, ['s3:GetObject', 's3:PutObject'], recordsOf(step));
    allowListing(role, this.bucket);
  }

  /** Every fact of every execution: whoever recovers writes step records, claims and what was undone. */
  allowWritingFacts(role: Role): void {
    allowObjects(role, this.bucket, ['s3:GetObject', 's3:PutObject'], 'executions/*');
    allowListing(role, this.bucket);
  }

  /** The index of failures is written and listed: its objects are empty, so that nobody reads them. */
  allowIndexingFailures(role: Role): void {
    allowObjects(role, this.bucket, ['s3:PutObject'], 'failures/*');
    allowListing(role, this.bucket);
  }

  /** What the coordinator was asked to repeat, and what came of it. */
  allowRedrivingIncidents(role: Role): void {
    allowObjects(role, this.bucket, ['s3:GetObject', 's3:PutObject'], 'incident-redrives/*');
    allowListing(role, this.bucket);
  }

  /** What the monitor keeps for the next one: its watermark, the sweep's mark, what it has put into quarantine. And doorbells. */
  allowRemembering(role: Role): void {
    allowObjects(role, this.bucket, ['s3:GetObject', 's3:PutObject'], 'control/*');
    allowListing(role, this.bucket);
  }
}

function recordsOf(step: StepName): string {
  return `executions/*/${step}.json`;
}
