import type { ICruiseOptions, IForbiddenRuleType } from 'dependency-cruiser';

/**
 * Who may import whom, as rules of dependency-cruiser. `import-rules.test.ts` enforces them and names the offending edge.
 * Paths are relative to the project root; a path with `environment.ts` is a component's contract, not its inside.
 */

const ENVIRONMENTS = '/environment\\.ts$';
const METRIC_NAMES = '/metric-names\\.ts$';
const CONDITIONS = '^local/conditions\\.ts$';

const inside = (folder: string): string => `^${folder}/`;
const product = ['workflow', 'platform', 'storage', 'booking'].map(inside);

/** What of ours a folder may import beside itself. A folder of TypeScript that is not in this table breaks the test. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  workflow: [],
  platform: [],
  local: [],
  storage: ['workflow', 'platform'].map(inside),
  booking: ['workflow', 'platform', 'storage'].map(inside),
  lambdas: product,
  coordinator: product,
  recovery: product,
  monitor: [...product, inside('recovery')],
  lib: [ENVIRONMENTS, METRIC_NAMES],
  bin: [inside('lib')],
  web: [],
  laptop: [...product, ENVIRONMENTS, CONDITIONS],
  demo: [...product, inside('laptop'), ENVIRONMENTS, CONDITIONS],
  // What it kills is a system like the demo's, and the books that it reads are the same.
  chaos: [...product, inside('laptop'), inside('demo'), ENVIRONMENTS, CONDITIONS],
  // The classifier is measured by itself, on lines, without a system around it. Stores are filled in a local S3 that is
  // stopped, by what fills them in the product.
  bench: [...product, inside('monitor'), inside('laptop'), inside('demo'), inside('local'), ENVIRONMENTS],
};

/** The monitor's parts, each of which may import those before it. */
const monitorParts = ['classifier', 'log', 'queue', 'destination', 'attribution', 'sweep', 'examination'];

/** Not product: may import everything, and nothing of the product may import them. */
const besideTheProduct = ['test', 'scripts'];

export const folders: readonly string[] = [...Object.keys(mayImport), ...besideTheProduct];

const anyOf = (names: readonly string[]): string => `^(${names.join('|')})/`;
const packages = (names: readonly string[]): string => `(^|/)node_modules/(${names.join('|')})(/|$)`;

const folderRules: readonly IForbiddenRuleType[] = Object.entries(mayImport).map(
  ([folder, allowed]): IForbiddenRuleType => ({
    name: `${folder}-imports`,
    comment: `${folder}/ may import of ours only: itself${allowed.map((path) => `, ${path}`).join('')}`,
    severity: 'error',
    from: { path: inside(folder) },
    to: {
      path: anyOf(folders),
      pathNot: [inside(folder), ...allowed],
      // The page shares shapes with the coordinator, and no code.
      ...(folder === 'web' && { dependencyTypesNot: ['type-only'] }),
    },
  }),
);

const partRules = monitorParts.slice(0, -1).map((part, at): IForbiddenRuleType => ({
  name: 'monitor-parts',
  comment: `monitor/${part}/ may import of the monitor's parts only those before it: ${monitorParts.slice(0, at).join(', ')}`,
  severity: 'error',
  from: { path: inside(`monitor/${part}`) },
  to: { path: anyOf(monitorParts.slice(at + 1).map((later) => `monitor/${later}`)) },
}));

const forbidden: IForbiddenRuleType[] = [
  ...folderRules,
  ...partRules,
  {
    name: 'no-cycles',
    comment: 'modules that need each other are one module, or hide a third',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'conditions-as-types',
    comment: 'who asks the local AWS for trouble knows the shape of the conditions, not its code',
    severity: 'error',
    from: { path: anyOf(['laptop', 'demo', 'chaos']) },
    to: { path: CONDITIONS, dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'cdk-at-synth-time',
    comment: 'the CDK is imported only in bin/, lib/ and test/infra/',
    severity: 'error',
    from: { pathNot: ['^bin/', '^lib/', '^test/infra/'] },
    to: { path: packages(['aws-cdk-lib', 'constructs', 'cdk-nag']) },
  },
  {
    name: 'no-aws-sdk',
    comment: 'workflow/ and platform/ know no AWS, and local/ is AWS',
    severity: 'error',
    from: { path: anyOf(['workflow', 'platform', 'local']) },
    to: { path: packages(['@aws-sdk/[^/]+', '@smithy/[^/]+']) },
  },
  {
    name: 'workflow-is-pure',
    comment: 'workflow/ decides: no I/O, no clock, so nothing of Node',
    severity: 'error',
    from: { path: inside('workflow') },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'platform-is-small',
    comment: 'platform/ needs Node and pino, nothing else',
    severity: 'error',
    from: { path: inside('platform') },
    to: { path: '(^|/)node_modules/', pathNot: packages(['pino']) },
  },
];

export const cruiseOptions: ICruiseOptions = {
  validate: true,
  ruleSet: { forbidden },
  doNotFollow: { path: 'node_modules' },
  exclude: { path: '(^|/)(cdk\\.out|\\.local|coverage)/' },
  // Type-only imports are edges too.
  tsPreCompilationDeps: true,
};
