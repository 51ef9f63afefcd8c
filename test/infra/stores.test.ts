import type { Template } from 'aws-cdk-lib/assertions';
import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { ORDER_RETENTION_MS } from '../../coordinator/retention.ts';
import { DOORBELL_PREFIX } from '../../workflow/keys.ts';
import { synthesize } from './synthesize.ts';

let template: Template;
beforeAll(() => {
  template = synthesize();
});

interface Rule {
  readonly Id: string;
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
  readonly ExpiredObjectDeleteMarker?: boolean;
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number };
}

function rulesOf(bucketIdPrefix: string): ReadonlyMap<string, Rule> {
  const [bucket] = Object.entries(template.findResources('AWS::S3::Bucket'))
    .find(([id]) => id.startsWith(bucketIdPrefix))!
    .slice(1);
  const { Rules } = (bucket as { Properties: { LifecycleConfiguration: { Rules: Rule[] } } }).Properties
    .LifecycleConfiguration;
  return new Map(Rules.map((rule) => [rule.Prefix ?? '', rule]));
}

describe('the stores', () => {
  it('are two buckets, both encrypted, versioned and closed to the public', () => {
    template.allResourcesProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    template.resourceCountIs('AWS::S3::Bucket', 2);
  });

  it('refuse every call that does not come over TLS', () => {
    template.resourceCountIs('AWS::S3::BucketPolicy', 2);
    template.allResourcesProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });

  it('let orders expire first, facts at least a week later, the ledger last', () => {
    const orders = rulesOf('AppStore').get('orders/')?.ExpirationInDays ?? NaN;
    const facts = rulesOf('StateStorage').get('executions/')?.ExpirationInDays ?? NaN;
    const ledger = rulesOf('AppStore').get('payments/')?.ExpirationInDays ?? NaN;
    expect(facts).toBeGreaterThanOrEqual(orders + 7);
    expect(ledger).toBeGreaterThan(facts);
    for (const prefix of ['failures/', 'incident-redrives/'])
      expect(rulesOf('StateStorage').get(prefix)?.ExpirationInDays).toBe(facts);
  });

  it('expire orders when the coordinator takes them to expire', () => {
    const days = rulesOf('AppStore').get('orders/')?.ExpirationInDays ?? NaN;
    expect(days * 24 * 60 * 60 * 1000).toBe(ORDER_RETENTION_MS);
  });

  it('keep what is for sale and what the control node remembers', () => {
    expect(rulesOf('AppStore').get('items/')?.ExpirationInDays).toBeUndefined();
    expect(rulesOf('AppStore').get('stock/')?.ExpirationInDays).toBeUndefined();
    expect(rulesOf('StateStorage').get('control/')?.ExpirationInDays).toBeUndefined();
  });

  it('keep nothing of an item that somebody deleted', () => {
    for (const prefix of ['items/', 'stock/'])
      expect(rulesOf('AppStore').get(prefix)?.ExpiredObjectDeleteMarker).toBe(true);
  });

  it('drop doorbells after a day, and nothing else that the control node remembers', () => {
    expect(rulesOf('StateStorage').get(DOORBELL_PREFIX)?.ExpirationInDays).toBe(1);
  });

  it('drop the overwritten versions of what is rewritten constantly after a day', () => {
    expect(rulesOf('AppStore').get('stock/')?.NoncurrentVersionExpiration?.NoncurrentDays).toBe(1);
    expect(rulesOf('StateStorage').get('control/')?.NoncurrentVersionExpiration?.NoncurrentDays).toBe(1);
  });

  it('have a rule for every prefix, so that no version is kept for ever', () => {
    expect([...rulesOf('AppStore').keys()].sort()).toEqual([
      '',
      'idempotency/',
      'items/',
      'orders/',
      'payments/',
      'stock/',
    ]);
    expect([...rulesOf('StateStorage').keys()].sort()).toEqual([
      '',
      'control/',
      'control/doorbell/',
      'executions/',
      'failures/',
      'incident-redrives/',
    ]);
    const versioned = [...rulesOf('AppStore').values(), ...rulesOf('StateStorage').values()].filter(
      (rule) => rule.Prefix,
    );
    expect(versioned.every((rule) => rule.NoncurrentVersionExpiration !== undefined)).toBe(true);
  });
});
