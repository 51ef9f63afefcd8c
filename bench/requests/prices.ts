/** Public list prices, US East (N. Virginia), without free tiers, in US dollars.. */
export const PRICES = {
  region: 'us-east-1',
  asOf: '2026',
  /** S3 Standard: PUT, COPY, POST, LIST. */
  s3WritePerMillion: 5,
  /** S3 Standard: GET, HEAD and all others. */
  s3ReadPerMillion: 0.4,
  lambdaRequestPerMillion: 0.2,
  /** arm64, first tier. */
  lambdaGbSecond: 0.0000133334,
  sqsRequestPerMillion: 0.4,
  logsIngestedPerGb: 0.5,
} as const;

/** What is assumed of the functions, because it cannot be measured here: how long they run on AWS. */
export const ASSUMED_FUNCTION = { durationMs: 100, memoryGb: 0.25 } as const;

/**
 * What others ask for orchestrating a million executions of two steps that succeed, by their public unit prices of 2026:
 * without the functions, the data and the logs, without plans' minimums and volume discounts.
 */
export const PUBLISHED: readonly {
  readonly name: string;
  readonly usd: readonly [number, number];
  readonly how: string;
  readonly source: string;
}[] = [
  {
    name: 'Step Functions Standard',
    usd: [50, 75],
    how: '2 to 3 state transitions at $25 a million',
    source: 'https://aws.amazon.com/step-functions/pricing/',
  },
  {
    name: 'Lambda durable functions',
    usd: [24, 24],
    how: '3 durable operations (the start and two steps) at $8 a million, assumed; data written and kept come on top',
    source: 'https://aws.amazon.com/lambda/pricing/, read 2026-09-20 by api-evangelist/aws-lambda',
  },
  {
    name: 'Temporal Cloud',
    usd: [150, 150],
    how: '3 actions (workflow started, two activities) at $50 a million, assumed; storage and the plan come on top',
    source: 'https://docs.temporal.io/cloud/pricing, https://docs.temporal.io/cloud/actions',
  },
];
