import { startSystem } from '../../../laptop/system.ts';

/** Starts a system in the folder that it is given, says so on standard output and waits to be killed. */
const [stateFolder = ''] = process.argv.slice(2);
const system = await startSystem({ stateFolder, hostEnvironment: process.env });
process.stdout.write(`${system.url}\n`);
