import { LOCAL_ACCOUNT, LOCAL_REGION } from '../ports.ts';
import type { PendingNotification } from './store.ts';

/** The event that a function is invoked with. Shape: S3 user guide, "Event message structure". */
export function eventOf(pending: PendingNotification): unknown {
  const { bucket, key, etag, bodyBytes, versionId, sequence } = pending;
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: LOCAL_REGION,
        eventTime: new Date(pending.lastModifiedAt).toISOString(),
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: `AWS:${pending.principalArn}` },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': pending.requestId, 'x-amz-id-2': pending.requestId },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: pending.configurationId,
          bucket: { name: bucket, ownerIdentity: { principalId: LOCAL_ACCOUNT }, arn: `arn:aws:s3:::${bucket}` },
          object: {
            key: formUrlEncode(key),
            size: bodyBytes,
            eTag: etag,
            ...(versionId === undefined ? {} : { versionId }),
            sequencer: sequence.toString(16).toUpperCase().padStart(18, '0'),
          },
        },
      },
    ],
  };
}

/** As S3 does it: a space becomes `+`, and `/` stays. */
function formUrlEncode(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/')
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
