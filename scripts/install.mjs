/** `node scripts/install.mjs <folder>`: installs, as its lock file says, a package of the project that the main one does not. */
import { resolve } from 'node:path';
import { ensureDependencies } from './ensure-dependencies.mjs';
import { runProgram } from './run-program.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node scripts/install.mjs <folder>');
const root = resolve(folder);
const log = (message) => process.stderr.write(`${message}\n`);

const run = (program, args, stdio) => runProgram({ program, args, stdio, cwd: root, log });
process.exitCode = await ensureDependencies({ root, run, log });
