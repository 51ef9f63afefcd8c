/** `node scripts/check-demo.mjs <file>`: exits with 1, naming what differed, unless the demo's document says ok. */
import { readFileSync } from 'node:fs';

const [path] = process.argv.slice(2);
const text = readFileSync(path, 'utf8');
process.exitCode = check(text) ? 0 : 1;

function check(text) {
  let result;
  try {
    result = JSON.parse(text);
  } catch (error) {
    console.error(`The demo did not print one JSON document: ${error.message}\n${text.slice(0, 2000)}`);
    return false;
  }
  const scenarios = Array.isArray(result.scenarios) ? result.scenarios : [];
  const failed = scenarios.filter((scenario) => scenario.ok !== true);
  for (const scenario of failed) console.error(`The scenario did not end as expected: ${JSON.stringify(scenario)}`);
  if (scenarios.length === 0) console.error('The demo ran no scenario');
  if (result.ok !== true) console.error(`The demo is not ok; invariants: ${JSON.stringify(result.invariants)}`);
  console.error(`demo: ${scenarios.length - failed.length} of ${scenarios.length} scenarios as expected`);
  return scenarios.length > 0 && failed.length === 0 && result.ok === true;
}
