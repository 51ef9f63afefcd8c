import { setMaxListeners } from 'node:events';
import { LaptopTargets } from '../demo/laptop-targets.ts';
import type { HostEnvironment } from '../laptop/host-environment.ts';
import { roughConditions } from './conditions.ts';
import type { RoundsOptions } from './options.ts';
import { roundLine, summaryLine, violationLines } from './report.ts';
import { runRounds } from './run-rounds.ts';
import type { Task } from './task.ts';

export async function roundsTask(options: RoundsOptions, hostEnvironment: HostEnvironment): Promise<Task> {
  const laptop = await LaptopTargets.create({
    hostEnvironment,
    conditions: roughConditions(options.seed),
    // Ends of processes are what this is about: the report counts them.
    onExited: () => undefined,
  });
  return {
    run: async (signal, progress) => {
      // Each customer and each planned kill waits for its end.
      setMaxListeners(0, signal);
      const { targets, surroundings } = await laptop.open({ count: 1, signal, progress });
      const [system] = laptop.systems;
      if (system === undefined) throw new Error('there is no system');
      const results = await runRounds({
        options,
        target: targets[0],
        system,
        surroundings,
        onRound: (number, seed) => progress.show(`round ${number} of ${options.rounds}, seed ${seed}`),
        onResult: (result) => process.stdout.write(`${roundLine(result)}\n`),
      });
      const violated = results.find(({ violations }) => violations.length > 0);
      if (violated !== undefined) process.stderr.write(`${violationLines(violated, options.orders)}\n`);
      process.stdout.write(`${summaryLine(results)}\n`);
      return violated === undefined;
    },
    close: () => laptop.close(),
    discard: () => laptop.discard(),
    get whereToLook() {
      return laptop.whereToLook;
    },
  };
}
