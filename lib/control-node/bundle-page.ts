import { buildSync, type Metafile } from 'esbuild';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const PAGE = 'web/main.tsx';
const ICON = 'web/icon.svg';
const TEMPLATE = 'web/index.html';

/**
 * Fills a folder with the page as browsers get it: `index.html`, and in `assets/` what it loads, under names that hold a hash
 * of the contents. The same sources make the same bytes in any checkout.
 * @throws Error when a source does not compile.
 */
export function bundlePage(projectFolder: string, outputFolder: string): void {
  const { metafile } = buildSync({
    absWorkingDir: projectFolder,
    entryPoints: [PAGE, ICON],
    outdir: join(outputFolder, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.svg': 'copy' },
    bundle: true,
    // What only some views need is loaded when they are shown.
    splitting: true,
    platform: 'browser',
    // Two years of browsers: whoever operates AWS with an older one cannot use its console either.
    target: ['chrome123', 'firefox121', 'safari17.5'],
    format: 'esm',
    minify: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    preserveSymlinks: true,
    sourcemap: false,
    metafile: true,
    logLevel: 'silent',
  });
  const script = outputOf(metafile, PAGE);
  if (script.cssBundle === undefined) throw new Error(`${PAGE} imports no styles`);
  const index = readFileSync(join(projectFolder, TEMPLATE), 'utf8')
    .replace('%SCRIPT%', addressOf(script.path))
    .replace('%STYLE%', addressOf(script.cssBundle))
    .replace('%ICON%', addressOf(outputOf(metafile, ICON).path));
  writeFileSync(join(outputFolder, 'index.html'), index);
}

function outputOf({ outputs }: Metafile, source: string): { readonly path: string; readonly cssBundle?: string } {
  const found = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source);
  if (found === undefined) throw new Error(`nothing was made of ${source}`);
  const [path, { cssBundle }] = found;
  return { path, ...(cssBundle !== undefined && { cssBundle }) };
}

function addressOf(path: string): string {
  return `/assets/${basename(path)}`;
}
