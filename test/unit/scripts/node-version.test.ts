import { describe, expect, it } from 'vitest';

interface NodeVersion {
  readonly nodeProblem: (version: string) => string | undefined;
}

const { nodeProblem } = (await import(
  new URL('../../../scripts/node-version.mjs', import.meta.url).href
)) as NodeVersion;

describe('the version of Node', () => {
  it.each(['18.20.8', '20.18.3', '21.7.3', '22.12.0', '23.11.0'])(
    '%s is refused with what would be right',
    (version) => {
      expect(nodeProblem(version)).toBe(
        `Node ${version} is not supported: use 20.19 or later of 20, 22.13 or later of 22, or 24 and later (https://nodejs.org)`,
      );
    },
  );

  it.each(['20.19.0', '20.20.2', '22.13.0', '24.0.0', '26.1.0'])('%s is accepted', (version) => {
    expect(nodeProblem(version)).toBeUndefined();
  });
});
