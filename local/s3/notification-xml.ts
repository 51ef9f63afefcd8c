import { S3Error } from './errors.ts';
import type { LambdaNotification } from './notification-config.ts';
import { element, parseXml } from './xml.ts';

/** `NotificationConfiguration` as PutBucketNotificationConfiguration carries it. Lambda is `CloudFunction` on the wire. */
const LAMBDA = 'CloudFunctionConfiguration';

/** @throws S3Error MalformedXML; NotImplemented for destinations that are not functions */
export function readNotificationXml(body: Buffer, newId: () => string): readonly LambdaNotification[] {
  const document = asRecord(parseXml(body, [LAMBDA, 'Event', 'FilterRule']));
  const root = document['NotificationConfiguration'];
  if (root === '') return [];
  const configurations = asRecord(root);
  for (const name of Object.keys(configurations)) {
    if (name !== LAMBDA)
      throw new S3Error('NotImplemented', `${name} is not implemented; only Lambda functions are notified`);
  }
  const listed = (configurations[LAMBDA] ?? []) as unknown[];
  return listed.map((each) => {
    const { Id, CloudFunction, Event, Filter } = asRecord(each);
    if (typeof CloudFunction !== 'string' || !Array.isArray(Event)) throw new S3Error('MalformedXML');
    return {
      id: typeof Id === 'string' && Id !== '' ? Id : newId(),
      functionArn: CloudFunction,
      events: Event.map(String),
      ...readFilter(Filter),
    };
  });
}

function readFilter(filter: unknown): { readonly prefix: string; readonly suffix: string } {
  const found = { prefix: '', suffix: '' };
  if (filter === undefined || filter === '') return found;
  const key = asRecord(filter)['S3Key'];
  if (key === undefined || key === '') return found;
  for (const rule of (asRecord(key)['FilterRule'] ?? []) as unknown[]) {
    const { Name, Value } = asRecord(rule);
    const name = String(Name).toLowerCase();
    if (name !== 'prefix' && name !== 'suffix') {
      throw new S3Error('InvalidArgument', 'filter rule name must be either prefix or suffix');
    }
    found[name] = typeof Value === 'string' ? Value : '';
  }
  return found;
}

export function writeNotificationXml(notifications: readonly LambdaNotification[]): string {
  const rule = (name: string, value: string) =>
    value === '' ? '' : `<FilterRule>${element('Name', name)}${element('Value', value)}</FilterRule>`;
  const listed = notifications.map(({ id, functionArn, events, prefix, suffix }) => {
    const rules = rule('Prefix', prefix) + rule('Suffix', suffix);
    const filter = rules === '' ? '' : `<Filter><S3Key>${rules}</S3Key></Filter>`;
    const names = events.map((event) => element('Event', event)).join('');
    return `<${LAMBDA}>${element('Id', id)}${element('CloudFunction', functionArn)}${names}${filter}</${LAMBDA}>`;
  });
  const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return `<NotificationConfiguration xmlns="${namespace}">${listed.join('')}</NotificationConfiguration>`;
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new S3Error('MalformedXML');
  return value as Record<string, unknown>;
}
