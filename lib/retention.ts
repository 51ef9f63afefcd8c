import { Duration } from 'aws-cdk-lib';

/**
 * How long things are kept. The order matters more than the numbers: an order goes first, so that no folder of facts
 * ever disappears below a live order and makes a finished execution look like one that never ran; the ledger goes last,
 * because money is asked about longest.
 */
export const ORDER_RETENTION = Duration.days(30);
/** S3 carries out lifecycle rules lazily: a week keeps the order of expiry whatever the lag between the two buckets. */
export const FACT_RETENTION = Duration.days(45);
export const LEDGER_RETENTION = Duration.days(400);

/** The shortest that S3 offers. */
export const DOORBELL_RETENTION = Duration.days(1);

/** Time to notice that a person deleted or overwrote something by hand. */
export const UNDO_WINDOW = Duration.days(7);
/** Stock documents are rewritten with every order: one day of versions is the shortest that S3 offers. */
export const REWRITTEN_UNDO_WINDOW = Duration.days(1);
