import { S3Error } from './errors.ts';

/** Which new objects start which function. */
export interface LambdaNotification {
  readonly id: string;
  readonly functionArn: string;
  /** `s3:ObjectCreated:*` or `s3:ObjectCreated:Put`: the only way here in which objects come to be is PutObject. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

export const NOTIFICATION_EVENTS: readonly string[] = ['s3:ObjectCreated:*', 's3:ObjectCreated:Put'];

const MOST_NOTIFICATIONS = 100;

/**
 * Refuses what S3 refuses: two filters that could both match one key would make two functions answer one event.
 * @throws S3Error
 */
export function checkNotifications(notifications: readonly LambdaNotification[]): void {
  if (notifications.length > MOST_NOTIFICATIONS) {
    throw new S3Error('InvalidArgument', `At most ${MOST_NOTIFICATIONS} notification configurations are allowed`);
  }
  notifications.forEach((each, index) => {
    if (each.events.length === 0) throw new S3Error('MalformedXML');
    const unsupported = each.events.find((event) => !NOTIFICATION_EVENTS.includes(event));
    if (unsupported !== undefined) {
      throw new S3Error(
        'NotImplemented',
        `The event ${unsupported} is not implemented; implemented: ${NOTIFICATION_EVENTS.join(', ')}`,
      );
    }
    if (!/^arn:aws:lambda:[^:]+:[^:]+:function:.+$/.test(each.functionArn)) {
      throw new S3Error('InvalidArgument', `The ARN is not well formed: ${each.functionArn}`);
    }
    if (notifications.slice(0, index).some((other) => overlap(each, other))) {
      throw new S3Error(
        'InvalidArgument',
        'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are ' +
          'overlapping for the same event type.',
      );
    }
  });
}

/** Every event that is taken here is a creation by Put, so filters alone decide. */
function overlap(left: LambdaNotification, right: LambdaNotification): boolean {
  const prefixes = left.prefix.startsWith(right.prefix) || right.prefix.startsWith(left.prefix);
  const suffixes = left.suffix.endsWith(right.suffix) || right.suffix.endsWith(left.suffix);
  return prefixes && suffixes;
}

/** At most one matches, since filters do not overlap. */
export function matchingNotification(
  notifications: readonly LambdaNotification[],
  key: string,
): LambdaNotification | undefined {
  return notifications.find(({ prefix, suffix }) => key.startsWith(prefix) && key.endsWith(suffix));
}
