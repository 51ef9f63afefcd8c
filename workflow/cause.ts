import type { FailureKind } from './failure.ts';

/** Where to look for what makes a kind of failure happen again and again. */
export const CAUSES = ['configuration', 'permission', 'code', 'capacity', 'data', 'outage'] as const;

export type Cause = (typeof CAUSES)[number];

export interface Diagnosis {
  readonly cause: Cause;
  /** One sentence: what to do. docs/failures.md has the same. */
  readonly advice: string;
}

const DIAGNOSES: Readonly<Record<FailureKind, Diagnosis>> = {
  REJECTED: {
    cause: 'data',
    advice: 'Nothing is broken: look at what was ordered, and at what is for sale.',
  },
  INVALID_BUCKET_NAME: {
    cause: 'configuration',
    advice: "Compare the function's environment with the stack's, and deploy the stack again.",
  },
  NO_SUCH_BUCKET: {
    cause: 'configuration',
    advice:
      "Compare the bucket names in the function's environment with the stack's outputs, and deploy the stack again.",
  },
  ACCESS_DENIED: {
    cause: 'permission',
    advice:
      "Give the function's role, or the bucket's policy, back what the stack says; deploying the stack again does.",
  },
  INVOCATION_ERROR: {
    cause: 'permission',
    advice:
      'Look whether the function exists and the control node may invoke it; deploying the stack again mends both.',
  },
  TYPE_ERROR: { cause: 'code', advice: 'Deploy the version of the function before, then look for the defect.' },
  UNHANDLED_ERROR: {
    cause: 'code',
    advice:
      'Read the error in the sample, and deploy the version of the function before if it began with a deployment.',
  },
  PROCESS_EXIT: {
    cause: 'code',
    advice: "Read the last lines of the function's log: it ended its own process; deploy the version before.",
  },
  INIT_ERROR: {
    cause: 'code',
    advice: 'The package cannot be loaded: deploy the version before, and look at what its build left out.',
  },
  OUT_OF_MEMORY: {
    cause: 'capacity',
    advice: "Raise the function's memory in the stack, or find what holds so much of it.",
  },
  TIMEOUT: {
    cause: 'capacity',
    advice: 'Find what the function waits for; raise its timeout in the stack only if the work itself takes that long.',
  },
  THROTTLED: {
    cause: 'capacity',
    advice: "Look at the function's reserved concurrency and at the account's limit, and raise what is used up.",
  },
  NO_EVIDENCE: {
    cause: 'configuration',
    advice: "Look whether the function is started at all: the bucket's notifications, its permission, its concurrency.",
  },
  STORAGE_UNAVAILABLE: {
    cause: 'outage',
    advice: "Look at AWS's health dashboard and at the way from the function to S3; wait until it answers again.",
  },
  PLATFORM_ERROR: {
    cause: 'outage',
    advice: "Look at AWS's health dashboard, and wait: Lambda says it is its own fault.",
  },
};

/** What our own code, and most of anybody's, calls what it cannot read. */
const UNREADABLE = /^(?:Unreadable|Unknown)|^SyntaxError$|^ZodError$|ValidationError$/;

const DATA: Diagnosis = {
  cause: 'data',
  advice: 'Look at the object that the sample names: put its earlier version back, or find out who writes it so.',
};

/** Total: every kind has a cause and a sentence. The error's name tells data from code where the kind does not. */
export function diagnose(kind: FailureKind, error: string): Diagnosis {
  return kind === 'UNHANDLED_ERROR' && UNREADABLE.test(error) ? DATA : DIAGNOSES[kind];
}
