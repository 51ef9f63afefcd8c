import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import type { PolicyDocument } from './deployment.ts';

/**
 * S3 keeps what a policy or a notification configuration means, not how it was written: lists come back in another order,
 * a list of one as its element, an id where none was given. Two of them mean the same when their normal forms are equal.
 */

/** Lists become sorted, an element alone becomes a list of one, an empty Sid goes. */
export function normalPolicy({ Version, Statement }: PolicyDocument): unknown {
  return { Version, Statement: sorted((Statement as readonly object[]).map(normalStatement)) };
}

function normalStatement(statement: object): unknown {
  return Object.fromEntries(
    Object.entries(statement)
      .filter(([name, value]) => name !== 'Sid' || value !== '')
      .map(([name, value]) => [name, name === 'Effect' || name === 'Sid' ? (value as unknown) : normalValue(value)]),
  );
}

function normalValue(value: unknown): unknown {
  if (Array.isArray(value)) return sorted(value.map(String));
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, normalValue(part)]));
}

/** Of each notification its destination, its events and its filter; ids are S3's own unless somebody gave them. */
export function normalNotifications({
  LambdaFunctionConfigurations: functions = [],
  QueueConfigurations: queues = [],
  TopicConfigurations: topics = [],
  EventBridgeConfiguration: eventBridge,
}: NotificationConfiguration): unknown {
  const all = [
    ...functions.map((each) => ({ ...each, destination: each.LambdaFunctionArn })),
    ...queues.map((each) => ({ ...each, destination: each.QueueArn })),
    ...topics.map((each) => ({ ...each, destination: each.TopicArn })),
  ];
  const notifications = all.map(({ destination, Events: events = [], Filter: filter }) => ({
    destination,
    events: sorted(events),
    // `prefix` comes back as `Prefix`.
    rules: sorted(
      (filter?.Key?.FilterRules ?? []).map(({ Name = '', Value }) => ({ name: Name.toLowerCase(), Value })),
    ),
  }));
  return { notifications: sorted(notifications), hasEventBridge: eventBridge !== undefined };
}

function sorted<T>(values: readonly T[]): readonly T[] {
  return [...values].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
