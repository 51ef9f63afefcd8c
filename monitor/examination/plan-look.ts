import { stepNamed, type WorkflowDefinition } from '../../workflow/definition.ts';
import { judgeFailure, nextActions, type Action, type Timing } from '../../workflow/decisions.ts';
import type { Execution } from '../../workflow/execution.ts';
import type { Failure } from '../../workflow/failure.ts';
import { isHeldFor } from '../../workflow/policies.ts';
import type { StepFailure } from '../queue/execution-queue.ts';
import type { FoundResult } from '../sweep/find-results.ts';

/** One write or call that brings an execution on. The examiner makes it; whoever only shows says it. */
export type Repair =
  /** The record of a step whose function writes none, and has left its result. */
  | { readonly kind: 'record-success'; readonly result: FoundResult }
  | {
      readonly kind: 'claim-attempt';
      readonly step: string;
      readonly attempt: number;
      readonly invokeAt: number;
      readonly because: Failure;
      readonly evidenceAt: number | undefined;
    }
  | { readonly kind: 'invoke'; readonly step: string; readonly attempt: number }
  | {
      readonly kind: 'fail-step';
      readonly step: string;
      /** The step's policy: a person is to look before anything is undone. */
      readonly isHeld: boolean;
      readonly failure: Failure;
      readonly evidenceAt: number | undefined;
    }
  | { readonly kind: 'recover' };

/** Without repairs and without another look there is nothing left to do. */
export interface Plan {
  readonly repairs: readonly Repair[];
  /** When to look again though nothing is reported until then. */
  readonly lookAgainAt?: number;
}

export type Silence = Extract<Action, { readonly kind: 'give-up-waiting' }>;

export interface LookFindings {
  readonly definition: WorkflowDefinition;
  readonly timing: Timing;
  readonly execution: Execution;
  /** What functions that write no record have left. */
  readonly results: readonly FoundResult[];
  /** Failures that signals have reported since the last look. */
  readonly reported: readonly StepFailure[];
  readonly now: number;
  /** Spreads retries. */
  readonly random: () => number;
  /** Whether the log has had its say about an attempt that fell silent. */
  readonly isSearched: (silence: Silence) => boolean;
}

/** How soon an execution is looked at again whose reason is being searched for in the log. */
const SEARCH_PAUSE_MS = 5_000;

/**
 * What one look at an execution calls for, from what is known of it and nothing else. A result is recorded before anything
 * is held against the execution, so that late success beats suspicion; and what was reported before what time alone says.
 */
export function planLook(findings: LookFindings): Plan {
  const { results, reported } = findings;
  if (results.length > 0) return { repairs: results.map((result) => ({ kind: 'record-success', result })) };
  if (reported.length > 0) return { repairs: reported.flatMap((report) => repairsFor(report, findings)) };
  return planByTime(findings);
}

/** None when the failure is no news. */
export function repairsFor(
  { step, failure, evidenceAt }: StepFailure,
  { definition, execution, now, random }: Pick<LookFindings, 'definition' | 'execution' | 'now' | 'random'>,
): readonly Repair[] {
  const verdict = judgeFailure(definition, execution, step, failure, now, random());
  switch (verdict.kind) {
    case 'stale':
      return [];
    case 'retry':
      return [
        {
          kind: 'claim-attempt',
          step,
          attempt: verdict.attempt,
          invokeAt: verdict.invokeAt,
          because: failure,
          evidenceAt,
        },
      ];
    case 'fail':
      return [
        { kind: 'fail-step', step, isHeld: isHeldFor(failure.kind, stepNamed(definition, step)), failure, evidenceAt },
      ];
  }
}

function planByTime(findings: LookFindings): Plan {
  const { execution, timing, now, isSearched } = findings;
  const repairs: Repair[] = [];
  let lookAgainAt = Number.POSITIVE_INFINITY;
  for (const action of nextActions(execution, timing, now)) {
    switch (action.kind) {
      case 'look-again':
        lookAgainAt = Math.min(lookAgainAt, action.at);
        break;
      case 'invoke':
        repairs.push({ kind: 'invoke', step: action.step, attempt: action.attempt });
        break;
      case 'give-up-waiting':
        if (isSearched(action)) repairs.push(...repairsFor(failureOf(action, now), findings));
        else lookAgainAt = Math.min(lookAgainAt, now + SEARCH_PAUSE_MS);
        break;
      case 'recover':
        repairs.push({ kind: 'recover' });
        break;
    }
  }
  return { repairs, ...(Number.isFinite(lookAgainAt) && { lookAgainAt }) };
}

function failureOf({ step, attempt, since }: Silence, now: number): StepFailure {
  return {
    step,
    failure: {
      kind: 'NO_EVIDENCE',
      error: 'NoEvidence',
      message: `nothing says how attempt ${attempt} ended, ${Math.round((now - since) / 1000)} s after it was triggered`,
      signal: 'deadline',
      attempt,
      detectedAt: now,
    },
    evidenceAt: since,
  };
}
