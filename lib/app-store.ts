import { EventType, type Bucket } from 'aws-cdk-lib/aws-s3';
import { LambdaDestination } from 'aws-cdk-lib/aws-s3-notifications';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allowListing, allowObjects } from './bucket-access.ts';
import type { NotificationsRole } from './notifications-role.ts';
import { PrivateBucket } from './private-bucket.ts';
import { LEDGER_RETENTION, ORDER_RETENTION, REWRITTEN_UNDO_WINDOW, UNDO_WINDOW } from './retention.ts';
import type { Stage } from './stage.ts';

export interface AppStoreProps {
  readonly stage: Stage;
  readonly notificationsRole: NotificationsRole;
}

/** The application's data: orders and their idempotency keys, items and their stock, payments. */
export class AppStore extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: AppStoreProps) {
    super(scope, id);
    this.bucket = new PrivateBucket(this, 'Bucket', {
      ...props,
      lifecycleRules: [
        { id: 'orders', prefix: 'orders/', expiration: ORDER_RETENTION, noncurrentVersionExpiration: UNDO_WINDOW },
        // A key points at an order: it has nothing to say once the order is gone.
        {
          id: 'idempotency',
          prefix: 'idempotency/',
          expiration: ORDER_RETENTION,
          noncurrentVersionExpiration: UNDO_WINDOW,
        },
        { id: 'payments', prefix: 'payments/', expiration: LEDGER_RETENTION, noncurrentVersionExpiration: UNDO_WINDOW },
        // What is for sale and what is left of it is the present, not history: it never expires.
        // A marker that only says that something was deleted by hand goes once the versions below it have gone.
        {
          id: 'items',
          prefix: 'items/',
          expiredObjectDeleteMarker: true,
          noncurrentVersionExpiration: UNDO_WINDOW,
        },
        {
          id: 'stock',
          prefix: 'stock/',
          expiredObjectDeleteMarker: true,
          noncurrentVersionExpiration: REWRITTEN_UNDO_WINDOW,
        },
      ],
    });
  }

  startOnOrder(handler: IFunction): void {
    this.bucket.addEventNotification(EventType.OBJECT_CREATED, new LambdaDestination(handler), {
      prefix: 'orders/',
      suffix: '.json',
    });
  }

  allowReadingOrders(role: Role): void {
    allowObjects(role, this.bucket, ['s3:GetObject'], 'orders/*');
    allowListing(role, this.bucket);
  }

  /** Each is written once; who repeats a write reads back what is there. */
  allowWritingOrders(role: Role): void {
    allowObjects(role, this.bucket, ['s3:GetObject', 's3:PutObject'], 'orders/*');
    allowListing(role, this.bucket);
  }

  allowWritingIdempotencyKeys(role: Role): void {
    allowObjects(role, this.bucket, ['s3:GetObject', 's3:PutObject'], 'idempotency/*');
    allowListing(role, this.bucket);
  }

  allowChangingItems(role: Role): void {
    allowObjects(role, this.bucket, ['s3:GetObject', 's3:PutObject'], 'items/*');
    allowListing(role, this.bucket);
  }

  allowChangingStock(role: Role): void {
    allowObjects(role, this.bucket, ['s3:GetObject', 's3:PutObject'], 'stock/*');
    allowListing(role, this.bucket);
  }

  /** A payment is written once and read back when it is there: that there is none is never asked, so nothing is listed. */
  allowCapturingPayments(role: Role): void {
    allowObjects(role, this.bucket, ['s3:GetObject', 's3:PutObject'], 'payments/*');
  }

  allowChangingPayments(role: Role): void {
    allowObjects(role, this.bucket, ['s3:GetObject', 's3:PutObject'], 'payments/*');
    allowListing(role, this.bucket);
  }
}
