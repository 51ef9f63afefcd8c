import * as z from 'zod/mini';

/**
 * The embedded metric format as AWS specifies it (CloudWatch user guide, "Specification: Embedded metric format"): its JSON
 * schema, and what the text around it asks for besides. The smaller one of the limits where editions differ.
 */

const name = z.string().check(z.minLength(1), z.maxLength(255));
const directiveSchema = z.strictObject({
  Namespace: name,
  Dimensions: z.array(z.array(name).check(z.maxLength(9))).check(z.minLength(1)),
  Metrics: z
    .array(z.strictObject({ Name: name, Unit: z.enum(['Milliseconds', 'Count']) }))
    .check(z.minLength(1), z.maxLength(100)),
});
const rootSchema = z.looseObject({
  _aws: z.strictObject({ Timestamp: z.int(), CloudWatchMetrics: z.array(directiveSchema).check(z.minLength(1)) }),
});
const metricSchema = z.union([z.number(), z.array(z.number()).check(z.minLength(1), z.maxLength(100))]);
const dimensionSchema = z.string().check(z.minLength(1), z.maxLength(1024));

const MAX_EVENT_BYTES = 256 * 1024;

/** What is wrong with a line, empty when CloudWatch Logs would make metrics of it. */
export function emfProblems(line: string): readonly string[] {
  if (Buffer.byteLength(line) > MAX_EVENT_BYTES) return [`it has ${Buffer.byteLength(line)} bytes`];
  const root = rootSchema.safeParse(JSON.parse(line));
  if (!root.success) return root.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return root.data._aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) => {
    const names = Metrics.map(({ Name }) => Name);
    return [
      ...names.filter((each) => !metricSchema.safeParse(root.data[each]).success).map((each) => `metric ${each}`),
      ...names.filter((each, index) => names.indexOf(each) !== index).map((each) => `${each} twice`),
      ...Dimensions.flat()
        .filter((each) => !dimensionSchema.safeParse(root.data[each]).success)
        .map((each) => `dimension ${each}`),
    ];
  });
}
