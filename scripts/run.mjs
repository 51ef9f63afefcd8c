/**
 * `node scripts/run.mjs <task> [arguments]`: does what a fresh clone needs first (dependencies), then the task.
 *
 * Runs before anything is installed, so it needs nothing but Node. It writes to standard error only: standard output
 * belongs to the task.
 */
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './ensure-dependencies.mjs';
import { nodeProblem } from './node-version.mjs';
import { runProgram } from './run-program.mjs';

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
  'bench:peers': [['--import', 'tsx', 'bench/peers/main.ts']],
  simulate: [['--import', 'tsx', 'test/simulation/main.ts']],
  audit: [['--import', 'tsx', 'laptop/audit/main.ts']],
  test: [[vitest, 'run']],
  'test:unit': [[vitest, 'run', '--project', 'unit']],
  'test:browser': [[vitest, 'run', '--project', 'browser']],
  screenshot: [['--import', 'tsx', 'test/browser/screenshot.ts']],
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

/** Resolves to its exit code. */
function run(program, args, stdio) {
  return runProgram({ program, args, stdio, cwd: root, env: environment, log });
}

function fail(message) {
  log(message);
  return 1;
}

function log(message) {
  process.stderr.write(`${message}\n`);
}
