/**
 * `node scripts/run.mjs <task> [arguments]`: does what a fresh clone needs first (dependencies), then the task.
 *
 * Runs before anything is installed, so it needs nothing but Node. It writes to standard error only: standard output
 * belongs to the task.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './ensure-dependencies.mjs';
import { nodeProblem } from './node-version.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const vitest = 'node_modules/vitest/vitest.mjs';
const eslint = 'node_modules/eslint/bin/eslint.js';
const prettier = 'node_modules/prettier/bin/prettier.cjs';
const tsc = 'node_modules/typescript/bin/tsc';

/** Each command is what Node is given; a task's arguments go to its last command. */
const tasks = {
  setup: [],
  demo: [['--import', 'tsx', 'demo/main.ts']],
  chaos: [['--import', 'tsx', 'chaos/main.ts']],
  start: [['--import', 'tsx', 'laptop/main.ts']],
  bench: [['--import', 'tsx', 'bench/main.ts']],
  simulate: [['--import', 'tsx', 'test/simulation/main.ts']],
  audit: [['--import', 'tsx', 'laptop/audit/main.ts']],
  test: [[vitest, 'run']],
  'test:unit': [[vitest, 'run', '--project', 'unit']],
  'test:browser': [[vitest, 'run', '--project', 'browser']],
  lint: [
    [eslint, '.', '--max-warnings', '0'],
    [prettier, '--check', '--log-level', 'warn', '.'],
  ],
  format: [
    [eslint, '.', '--fix'],
    [prettier, '--write', '--log-level', 'warn', '.'],
  ],
  typecheck: [
    [tsc, '-p', 'tsconfig.json'],
    [tsc, '-p', 'tsconfig.runtime.json'],
    [tsc, '-p', 'web/tsconfig.json'],
  ],
  synth: [['node_modules/aws-cdk/bin/cdk', 'synth', '--quiet']],
};

const environment = {
  ...process.env,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  CDK_DISABLE_VERSION_CHECK: '1',
};

process.exitCode = await main(process.argv.slice(2));

async function main([task, ...args]) {
  const problem = nodeProblem(process.versions.node);
  if (problem !== undefined) return fail(problem);
  if (task === undefined || !Object.hasOwn(tasks, task)) {
    return fail(`Unknown task ${JSON.stringify(task ?? '')}: expected one of ${Object.keys(tasks).join(', ')}`);
  }
  const installed = await ensureDependencies({ root, run, log });
  if (installed !== 0) return fail(`Installing the dependencies failed (exit code ${installed})`);

  const commands = tasks[task];
  for (const [index, command] of commands.entries()) {
    const isLast = index === commands.length - 1;
    const code = await run(process.execPath, [...command, ...(isLast ? args : [])], 'inherit');
    if (code !== 0) return code;
  }
  return 0;
}

/** Runs a program to its end, passing on the signals that this process gets. Resolves to its exit code, as a shell counts. */
function run(program, args, stdio) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio, env: environment });
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

function fail(message) {
  log(message);
  return 1;
}

function log(message) {
  process.stderr.write(`${message}\n`);
}
