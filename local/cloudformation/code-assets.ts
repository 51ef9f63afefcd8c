import type { CodeAsset, StackAssembly } from './assembly.ts';
import { evaluate } from './intrinsics.ts';
import { createReferences } from './stack-references.ts';

export interface CodeLocation {
  readonly bucket: string;
  readonly key: string;
}

/**
 * Finds the folder of the assembly behind an asset's bucket and key, the address that the template and
 * UpdateFunctionCode use: publishing assets to a bucket first would only copy them. Undefined when it is no asset.
 */
export function createCodeAssets(
  assembly: StackAssembly,
  place: { readonly account: string; readonly region: string },
): (location: CodeLocation) => string | undefined {
  const references = createReferences(assembly.template, { ...place, stackName: assembly.stackName });
  const addressOf = ({ bucketName, objectKey }: CodeAsset): string =>
    `${String(evaluate({ 'Fn::Sub': bucketName }, references, 'asset manifest'))}/${objectKey}`;
  const folders = new Map(assembly.assets.map((asset) => [addressOf(asset), asset.path]));
  return ({ bucket, key }) => folders.get(`${bucket}/${key}`);
}
