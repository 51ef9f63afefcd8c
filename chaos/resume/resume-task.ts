import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostEnvironment } from '../../laptop/host-environment.ts';
import { systemClock } from '../../platform/clock.ts';
import type { ResumeOptions } from '../options.ts';
import { measuredLines, resumeLine } from '../report.ts';
import type { Task } from '../task.ts';
import { runResume } from './run-resume.ts';

export async function resumeTask({ executions }: ResumeOptions, hostEnvironment: HostEnvironment): Promise<Task> {
  const folder = await mkdtemp(join(tmpdir(), 'stateful-serverless-'));
  return {
    run: async (signal, progress) => {
      const show = (what: string) => progress.show(what);
      const violations = await runResume({
        executions,
        folder,
        hostEnvironment,
        clock: systemClock,
        signal,
        show,
        onResumed: (measured) => process.stdout.write(`${measuredLines(measured)}\n`),
      });
      for (const violation of violations) process.stderr.write(`VIOLATION ${violation}\n`);
      process.stdout.write(`${resumeLine(executions, violations)}\n`);
      return violations.length === 0;
    },
    // The run itself stops what it starts, also when it is interrupted.
    close: () => Promise.resolve(),
    discard: () => rm(folder, { recursive: true, force: true }),
    whereToLook: `What the processes logged and everything they stored is kept in ${folder}`,
  };
}
