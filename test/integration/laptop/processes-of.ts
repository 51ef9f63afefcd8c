import { livingProcesses, type LivingProcess } from '../../../laptop/process/process-group.ts';

/** Processes whose command line names the folder: everything that a system in it consists of, functions too. */
export function processesOf(stateFolder: string): readonly LivingProcess[] {
  return livingProcesses().filter(({ commandLine }) => commandLine.includes(stateFolder));
}
