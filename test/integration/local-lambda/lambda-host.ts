/** A process that runs a function which blocks, tells the function's process id, and waits to be killed. */
import { eventually, LambdaFixture } from './lambda-fixture.ts';

const fixture = new LambdaFixture({ stateFolder: process.argv[2] ?? '' });
await fixture.lambda.start();
const arn = await fixture.createFunction(
  `exports.handler = async () => { console.log('pid', process.pid); for (;;); };`,
  {
    timeoutSeconds: 600,
  },
);
void fixture.invoke(arn);
await eventually(() => fixture.messages().some((message) => message.includes('pid')));
process.stdout.write(`${/pid \d+/.exec(fixture.messages().join(''))?.[0] ?? ''}\n`);
