import { useEffect, useState } from 'preact/hooks';
import type { DeploymentRepresentation } from '../../coordinator/schemas/deployment.ts';
import { request, RequestError } from './requests.ts';

const ASK_AGAIN_MS = 2000;

/** What stays the same as long as a coordinator runs: asked for once, and again until somebody answers. */
export function useDeployment(): DeploymentRepresentation | undefined {
  const [deployment, setDeployment] = useState<DeploymentRepresentation>();
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        setDeployment(await request<DeploymentRepresentation>('/deployment', { signal: stop.signal }));
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        if (!stop.signal.aborted) timer = setTimeout(() => void ask(), ASK_AGAIN_MS);
      }
    };
    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, []);
  return deployment;
}
