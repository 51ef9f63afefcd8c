import { z } from '@hono/zod-openapi';

export const problemSchema = z
  .object({
    type: z.string().openapi({ description: 'Says which problem it is, for ever', example: '/problems/unknown-item' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().openapi({ description: 'What was wrong, and what would be right' }),
    instance: z.string().optional().openapi({ description: 'This one occurrence, as the log names it' }),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().openapi({ description: 'Into the body', example: '#/quantity' }),
          parameter: z.string().optional().openapi({ description: 'Of the query, the path or the headers' }),
          detail: z.string(),
        }),
      )
      .optional(),
    orderId: z.string().optional(),
    orderStatus: z.string().optional(),
    usedUnits: z.int().optional().openapi({ description: 'Units held or sold' }),
  })
  .openapi('Problem', { description: 'RFC 9457' });

const PROBLEM_CONTENT = { 'application/problem+json': { schema: problemSchema } };

const DESCRIPTIONS = {
  400: 'A part of the request is not valid',
  403: 'The request comes from another site, or names another host',
  404: 'There is no such resource',
  409: 'The state of the resource does not allow it',
  413: 'The body is larger than 64 KiB',
  415: 'The body is not application/json',
  422: 'The body is not valid',
  500: 'The coordinator failed; `instance` stands in its log',
  503: 'The storage does not answer or refuses, or a limit is reached',
} as const;

type ProblemStatus = keyof typeof DESCRIPTIONS;

interface ProblemResponse {
  readonly description: string;
  readonly content: typeof PROBLEM_CONTENT;
}

/** The documented problems of a route. Any route can fail with 403, 500 or 503. */
export function problemResponses<S extends ProblemStatus>(
  ...statuses: readonly S[]
): Record<S | 403 | 500 | 503, ProblemResponse> {
  const all: readonly ProblemStatus[] = [...statuses, 403, 500, 503];
  return Object.fromEntries(
    all.map((status) => [status, { description: DESCRIPTIONS[status], content: PROBLEM_CONTENT }]),
  ) as Record<S | 403 | 500 | 503, ProblemResponse>;
}
