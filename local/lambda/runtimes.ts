import { join } from 'node:path';
import { LambdaError } from './lambda-error.ts';
import { findPython, type PythonInterpreter } from './python-interpreter.ts';

/** What runs the code of functions in one language. */
export interface Runtime {
  /** As INIT_START tells it: `python:3.13.v1`. */
  readonly version: string;
  /** The program and its arguments, up to those of the bootstrap. */
  command(memoryMiB: number): readonly string[];
}

/** The names of the runtimes that run here, in words for an error. */
export const RUNNABLE = 'nodejs{major}.x or python3.9 to python3.14';

const NODE = /^nodejs(\d+)\.x$/;
const PYTHON = /^python(3\.(?:9|1[0-4]))$/;
const FOLDER = join(import.meta.dirname, 'runtime');

export function isRunnable(name: string): boolean {
  return NODE.test(name) || PYTHON.test(name);
}

/** Finds the runtime for a name: every Node.js is the one that runs this, every Python is the machine's `python3`. */
export class Runtimes {
  readonly #findPython: () => PythonInterpreter;
  #python: PythonInterpreter | undefined;

  constructor(find: () => PythonInterpreter = findPython) {
    this.#findPython = find;
  }

  /** @throws LambdaError InvalidParameterValueException when nothing here can run it; the message says what is missing. */
  of(name: string): Runtime {
    const [, node] = NODE.exec(name) ?? [];
    if (node !== undefined) return nodeRuntime(node);
    const [, python] = PYTHON.exec(name) ?? [];
    if (python !== undefined) return pythonRuntime(python, this.#pythonPath(name));
    throw new LambdaError('InvalidParameterValueException', `Runtime is ${name}; it must be ${RUNNABLE}.`);
  }

  /** Looked for once, and not before a function needs it: most machines would pay for nothing. */
  #pythonPath(name: string): string {
    this.#python ??= this.#findPython();
    if ('path' in this.#python) return this.#python.path;
    const message = `Runtime is ${name}, and there is no Python to run it: ${this.#python.missing}.`;
    throw new LambdaError('InvalidParameterValueException', message);
  }
}

function nodeRuntime(major: string): Runtime {
  return {
    version: `nodejs:${major}.v1`,
    command: (memoryMiB) => [process.execPath, ...heapFlags(memoryMiB), join(FOLDER, 'bootstrap.mjs')],
  };
}

/** As AWS's runtime does. The heap may grow nearly to the limit: then it is the memory limit that ends the function. */
function heapFlags(memoryMiB: number): readonly string[] {
  const share = (percent: number): string => String(Math.floor((memoryMiB * percent) / 100));
  return [`--max-semi-space-size=${share(5)}`, `--max-old-space-size=${share(90)}`];
}

/**
 * -S: no site-packages, since a package that is not in the bundle must be missing here, too. -B: deployed code does not
 * change. -u: what is printed is out at once. utf8: the locale that Lambda names may not exist on this machine.
 */
function pythonRuntime(version: string, path: string): Runtime {
  const command = [path, '-S', '-B', '-u', '-X', 'utf8', join(FOLDER, 'bootstrap.py')];
  return { version: `python:${version}.v1`, command: () => command };
}
