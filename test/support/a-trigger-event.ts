/** S3's notification of one new object, as Lambda hands it over. */
export function aTriggerEvent(
  bucket: string,
  key: string,
  { at = Date.UTC(2026, 0, 1), attempt }: { readonly at?: number; readonly attempt?: number } = {},
): object {
  return {
    ...(attempt !== undefined && { attempt }),
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        eventTime: new Date(at).toISOString(),
        s3: { bucket: { name: bucket }, object: { key } },
      },
    ],
  };
}
