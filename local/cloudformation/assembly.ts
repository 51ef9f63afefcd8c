import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Template } from './template.ts';

/** One stack of a cloud assembly, the folder that `cdk synth` writes. */
export interface StackAssembly {
  readonly stackName: string;
  readonly template: Template;
  /** The template's text, as GetTemplate returns it. */
  readonly templateBody: string;
  readonly assets: readonly CodeAsset[];
}

/** A file asset as the template refers to it. Names may still contain `${AWS::Region}` and the like. */
export interface CodeAsset {
  readonly bucketName: string;
  readonly objectKey: string;
  /** Absolute path of the folder (or zip file) in the assembly. */
  readonly path: string;
}

interface Manifest {
  readonly artifacts?: Readonly<Record<string, ManifestArtifact>>;
}

interface ManifestArtifact {
  readonly type: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
  };
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, FileAsset>>;
}

interface FileAsset {
  readonly source: { readonly path?: string };
  readonly destinations: Readonly<Record<string, { readonly bucketName: string; readonly objectKey: string }>>;
}

/** Reads the only stack of the assembly, or the one of that name. Throws an error that says what is there instead. */
export async function loadAssembly(folder: string, stackName?: string): Promise<StackAssembly> {
  const manifest = await readJson<Manifest>(join(folder, 'manifest.json'));
  const artifacts = Object.entries(manifest.artifacts ?? {});
  const stacks = artifacts.flatMap(([id, artifact]) => {
    const { type, properties = {} } = artifact;
    if (type !== 'aws:cloudformation:stack' || properties.templateFile === undefined) return [];
    return [{ id, name: properties.stackName ?? id, templateFile: properties.templateFile }];
  });
  const [stack, ...others] = stacks.filter(({ name }) => stackName === undefined || name === stackName);
  if (stack === undefined || others.length > 0) {
    const wanted = stackName === undefined ? 'exactly one stack' : `a stack ${stackName}`;
    const found = stacks.map(({ name }) => name).join(', ') || 'none';
    throw new Error(`The assembly ${resolve(folder)} must have ${wanted}; it has: ${found}.`);
  }

  const templateBody = await readText(join(folder, stack.templateFile));
  const assets: CodeAsset[] = [];
  for (const [, artifact] of artifacts) {
    if (artifact.type === 'cdk:asset-manifest' && artifact.properties?.file !== undefined) {
      assets.push(...(await loadAssets(folder, artifact.properties.file)));
    }
  }
  return { stackName: stack.name, template: JSON.parse(templateBody) as Template, templateBody, assets };
}

async function loadAssets(folder: string, file: string): Promise<readonly CodeAsset[]> {
  const manifest = await readJson<AssetManifest>(join(folder, file));
  return Object.values(manifest.files ?? {}).flatMap(({ source, destinations }) => {
    const { path } = source;
    if (path === undefined) return [];
    return Object.values(destinations).map(({ bucketName, objectKey }) => ({
      bucketName,
      objectKey,
      path: resolve(folder, path),
    }));
  });
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readText(path)) as T;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Error(`Cannot read ${resolve(path)}: is it the output of cdk synth?`, { cause });
  }
}
