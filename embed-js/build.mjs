#!/usr/bin/env node
// Builds the widget into `built/VERSION/`, and `src/web/embed/built.rs`, which carries the files into the server.
// VERSION is the digest of what was built. Builds that are named in `released.txt` stay; an older one that was never
// released goes. `--check` builds nothing: it fails where what is there is not what the sources give, or is too large.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

const here = (path) => new URL(path, import.meta.url);
const check = process.argv.includes('--check');
const problems = [];

/** Bytes in brotli that each may have. */
const LIMITS = { 'embed.js': 12_000, 'elsewhere.js': 2_500, 'counts.js': 1_000 };
/** What browsers must at least be (DESIGN section 4). */
const TARGET = ['safari14', 'chrome80', 'firefox78'];
const PLACEHOLDER = 'VERSION_OF_THE_BUILD';

/**
 * Style for browsers that know neither `:is()` nor shorthands of logical properties (Chrome before 88): selectors are
 * written out, `margin-block: a b` becomes its two halves.
 */
function forOldBrowsers(css) {
  const selectors = (selector) => {
    const found = selector.match(/^(.*?):is\(((?:[^()]|\([^()]*\))*)\)(.*)$/s);
    if (!found) return [selector];
    const [, before, list, after] = found;
    return list.split(/,(?![^()]*\))/).flatMap((one) => selectors(before + one.trim() + after));
  };
  return css
    .replace(/^([^\s@/}][^{}]*?) \{$/gm, (_, list) => `${list.split(/,\n/).flatMap(selectors).join(',\n')} {`)
    .replace(/^( +)((?:margin|padding)-(?:block|inline)): (.+);$/gm, (_, indent, name, value) => {
      const [start, end = start] = value.match(/(?:[^\s()]|\((?:[^()]|\([^()]*\))*\))+/g);
      return `${indent}${name}-start: ${start};\n${indent}${name}-end: ${end};`;
    });
}

async function bundle(entry, format, define = {}) {
  const { outputFiles } = await build({
    entryPoints: [here(entry).pathname],
    bundle: true,
    write: false,
    minify: true,
    format,
    target: TARGET,
    // Safari 14 has it; esbuild counts a fault with computed names there, which nothing here has.
    supported: { destructuring: true },
    charset: 'utf8',
    legalComments: 'none',
    define: { VERSION: JSON.stringify(PLACEHOLDER), ...define },
    plugins: [
      {
        name: 'style',
        setup(setup) {
          setup.onLoad({ filter: /\.css$/ }, async ({ path }) => ({
            contents: await style(path),
            loader: 'text',
          }));
        },
      },
    ],
  });
  return outputFiles[0].text;
}

async function style(path) {
  const { outputFiles } = await build({
    stdin: { contents: forOldBrowsers(readFileSync(path, 'utf8')), loader: 'css' },
    write: false,
    minify: true,
    target: TARGET,
    charset: 'utf8',
  });
  return outputFiles[0].text.trimEnd();
}

// What the widget loads later is held to its bytes by the widget.
const later = { ELSEWHERE: await bundle('src/elsewhere.ts', 'esm'), MORE: await bundle('src/more.ts', 'esm') };
const integrity = (text) => `sha384-${createHash('sha384').update(text).digest('base64')}`;

const files = {
  'comments.css': `${await style(here('src/comments.css').pathname)}\n`,
  'counts.js': await bundle('src/counts.ts', 'iife'),
  'elsewhere.js': later.ELSEWHERE,
  'embed.js': await bundle('src/embed.ts', 'esm', Object.fromEntries(Object.entries(later).map(([name, text]) => [name, JSON.stringify(integrity(text))]))),
  'more.js': later.MORE,
};
const digest = createHash('sha256');
for (const [name, text] of Object.entries(files)) digest.update(`${name}\0${text}\0`);
const version = digest.digest('hex').slice(0, 16);
files['embed.js'] = files['embed.js'].replaceAll(PLACEHOLDER, version);

for (const [name, text] of Object.entries(files)) {
  const size = brotliCompressSync(text).length;
  const limit = LIMITS[name];
  console.log(`${name}: ${Buffer.byteLength(text)} bytes, ${size} in brotli${limit ? ` (of ${limit})` : ''}`);
  if (size > limit) problems.push(`${name} has ${size} bytes in brotli, over ${limit}`);
}

const released = readFileSync(here('released.txt'), 'utf8').split('\n').filter((line) => /^[0-9a-f]{16}$/.test(line));
for (const old of released) {
  if (!existsSync(here(`built/${old}/embed.js`))) problems.push(`the released build ${old} is not there`);
}
const versions = [...new Set([...released, version])];
const lines = versions.flatMap((one) =>
  Object.keys(files).map(
    (name) => `    (\n        "${one}",\n        "${name}",\n        include_bytes!("../../../embed-js/built/${one}/${name}"),\n    ),\n`,
  ),
);
const built = `//! Which builds of the widget the server carries. Made by \`embed-js/build.mjs\`.

/// The build that \`/embed.js\` answers.
pub(super) const NEWEST: &str = "${version}";

/// Version, name and bytes of each file.
pub(super) const FILES: [(&str, &str, &[u8]); ${lines.length}] = [
${lines.join('')}];
`;

const expected = { '../src/web/embed/built.rs': built };
for (const [name, text] of Object.entries(files)) expected[`built/${version}/${name}`] = text;
if (check) {
  for (const [path, text] of Object.entries(expected)) {
    if (!existsSync(here(path)) || readFileSync(here(path), 'utf8') !== text) {
      problems.push(`embed-js/${path} is not what the sources give: run npm run build in embed-js`);
    }
  }
} else {
  mkdirSync(here('built'), { recursive: true });
  for (const old of readdirSync(here('built'))) {
    if (!versions.includes(old)) rmSync(here(`built/${old}`), { recursive: true });
  }
  mkdirSync(here(`built/${version}`), { recursive: true });
  for (const [path, text] of Object.entries(expected)) writeFileSync(here(path), text);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
