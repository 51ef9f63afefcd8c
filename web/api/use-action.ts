import { useState } from 'preact/hooks';
import { RequestError } from './requests.ts';

export interface Action {
  readonly isUnderWay: boolean;
  /** Why it failed the last time; absent when it did not, and while it is tried again. */
  readonly problem?: RequestError;
  /** Does it, and never rejects for what the API refuses: that is the problem then. */
  readonly act: (action: () => Promise<unknown>) => Promise<void>;
}

/** What the press of a button asks of the coordinator. */
export function useAction(): Action {
  const [isUnderWay, setIsUnderWay] = useState(false);
  const [problem, setProblem] = useState<RequestError>();
  const act = async (action: () => Promise<unknown>) => {
    setIsUnderWay(true);
    setProblem(undefined);
    try {
      await action();
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      setProblem(error);
    }
    setIsUnderWay(false);
  };
  return { isUnderWay, act, ...(problem && { problem }) };
}
