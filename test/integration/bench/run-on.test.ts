import { expect, it } from 'vitest';
import { runOn } from '../../../bench/peers/run-on.ts';

it('hands on the exit code of what runs on another Node', async () => {
  const { signal } = new AbortController();
  await expect(runOn(process.execPath, ['-e', 'process.exit(3)'], signal)).resolves.toBe(3);
});

it('ends what runs on another Node when it is interrupted, and says of what it ended', async () => {
  const interrupted = new AbortController();
  const running = runOn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], interrupted.signal);
  interrupted.abort();
  await expect(running).rejects.toThrow('was ended by SIGTERM');
});

it('says that there is no such Node', async () => {
  const { signal } = new AbortController();
  await expect(runOn('/no/such/node', [], signal)).rejects.toThrow('ENOENT');
});
