// Bundles GraphiQL, its workers, styles and fonts into one folder: node build.mjs FOLDER
import { build } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const folder = process.argv[2];
const common = {
  bundle: true,
  entryNames: '[name]-[hash]', // a new build is a new name, so nothing stale is kept by a browser
  assetNames: '[name]-[hash]',
  format: 'esm',
  legalComments: 'external',
  logLevel: 'warning',
  metafile: true,
  minify: true,
  outdir: folder,
};
const WORKERS = {
  EDITOR_WORKER: 'monaco-editor/esm/vs/editor/editor.worker.js',
  JSON_WORKER: 'monaco-editor/esm/vs/language/json/json.worker.js',
  GRAPHQL_WORKER: 'monaco-graphql/esm/graphql.worker.js',
};

function outputs({ metafile }, extension) {
  const entries = Object.entries(metafile.outputs).filter(([path, { entryPoint }]) => entryPoint && path.endsWith(extension));
  return entries.map(([path, { cssBundle }]) => ({ script: basename(path), style: cssBundle && basename(cssBundle) }));
}

const define = { 'process.env.NODE_ENV': '"production"' };
for (const [name, entry] of Object.entries(WORKERS)) {
  const [{ script }] = outputs(await build({ ...common, define, entryPoints: [entry] }), '.js');
  define[name] = JSON.stringify(script);
}

const page = await build({
  ...common,
  define,
  entryPoints: ['src/index.jsx'],
  jsx: 'automatic',
  loader: { '.graphql': 'text', '.ttf': 'file', '.woff2': 'file' },
});
const [{ script, style }] = outputs(page, '.js');
const html = await readFile('src/index.html', 'utf8');
await writeFile(join(folder, 'index.html'), html.replace('SCRIPT', script).replace('STYLE', style));
