import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Runs a program to its end, passing on the signals that this process gets. Resolves to its exit code, as a shell counts. */
export function runProgram({ program, args, log, ...options }) {
  return new Promise((resolve) => {
    const child = spawn(program, args, options);
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const end = (code) => {
      for (const signal of signals) process.off(signal, forward);
      resolve(code);
    };
    child.on('error', (error) => {
      log(`Could not start ${program}: ${error.message}`);
      end(127);
    });
    child.on('exit', (code, signal) => end(code ?? 128 + constants.signals[signal]));
  });
}
