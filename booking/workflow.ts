import type { WorkflowDefinition } from '../workflow/definition.ts';
import type { RetryPolicy } from '../workflow/policies.ts';

/** Three attempts within about two seconds of pauses: long enough for a hiccup, short enough for a waiting customer. */
const RETRY: RetryPolicy = { maxAttempts: 3, baseMs: 500, maxMs: 10_000 };

/** Select an item, confirm, pay: the case study. Version 1. */
export const BOOKING: WorkflowDefinition = {
  name: 'booking',
  version: 1,
  steps: [
    { name: 'confirm-order', retry: RETRY },
    { name: 'payment', after: 'confirm-order', retry: RETRY },
  ],
};
