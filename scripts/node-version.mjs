/**
 * The oldest release of each line that every development tool supports (eslint is the strictest). Odd lines below 24 were
 * never supported for long and are refused by several of them.
 */
const OLDEST = [
  { major: 20, minor: 19 },
  { major: 22, minor: 13 },
];
const ALL_FROM = 24;

/** What is wrong with this version of Node, or undefined. Old versions must be able to read this file. */
export function nodeProblem(version) {
  const [major, minor] = version.split('.').map(Number);
  const isSupported = major >= ALL_FROM || OLDEST.some((oldest) => major === oldest.major && minor >= oldest.minor);
  if (isSupported) return undefined;
  const lines = OLDEST.map((oldest) => `${oldest.major}.${oldest.minor} or later of ${oldest.major}`);
  return `Node ${version} is not supported: use ${lines.join(', ')}, or ${ALL_FROM} and later (https://nodejs.org)`;
}
