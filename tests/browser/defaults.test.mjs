// `hustings serve` in an empty folder, without any configuration: what the first start makes, the second leaves
// alone, and a newcomer sees. In one file, because these tests take turns at the ports.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { thirdPartyCookies } from './support/browser.mjs';
import { isFree, ownNetwork } from './support/own-network.mjs';
import { BINARY } from './support/server.mjs';

const FIRST_START = fileURLToPath(new URL('support/first-start.mjs', import.meta.url));
const JOURNEY = fileURLToPath(new URL('support/demo-journey.mjs', import.meta.url));
const VISIT = fileURLToPath(new URL('support/demo-visit.mjs', import.meta.url));

/** Without any variable of ours: one is a configuration, and then there is no demo. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HUSTINGS_')));

/** The same, with the browser that tests are to use. */
const visitors = { ...environment, ...(process.env.HUSTINGS_TEST_CHROMIUM && { HUSTINGS_TEST_CHROMIUM: process.env.HUSTINGS_TEST_CHROMIUM }) };

/** What to begin a command with so that ports 8080 and 8081 are its own; nothing, and the test is skipped, where they are not. */
async function portsOfOurOwn(t) {
  const network = ownNetwork();
  if (network.length > 0 || ((await isFree(8080)) && (await isFree(8081)))) return network;
  t.skip('another program has port 8080 or 8081, and no network of our own can be made');
  return null;
}

/** Each file under a folder with its permissions and its bytes, by its path. */
function files(folder) {
  const names = readdirSync(folder, { recursive: true }).sort();
  return new Map(
    names.map((name) => {
      const path = join(folder, name);
      const { mode } = statSync(path);
      const bytes = statSync(path).isFile() ? readFileSync(path).toString('base64') : '';
      return [name, { mode: (mode & 0o777).toString(8), bytes }];
    }),
  );
}

test('the first start makes ./data and the demo site, the second changes nothing', async (t) => {
  const network = await portsOfOurOwn(t);
  if (!network) return;
  const folder = mkdtempSync(join(tmpdir(), 'hustings-first-start-'));
  t.after(() => rmSync(folder, { recursive: true }));
  async function start() {
    const [program, ...rest] = [...network, process.execPath, FIRST_START, BINARY];
    const { stdout } = await promisify(execFile)(program, rest, { cwd: folder, env: environment });
    const seen = JSON.parse(stdout);
    assert.equal(seen.code, 0, seen.stderr);
    assert.equal(seen.ready?.status, 200, seen.stderr);
    assert.equal(seen.stdout, '', 'stdout is for results');
    const comments = JSON.parse(seen.comments.body);
    assert.deepEqual([seen.comments.status, comments.page], [200, null], seen.comments.body);
    const [invitation] = seen.stderr.match(/http:\/\/127\.0\.0\.1:8080\/desk#invite=\S+/) ?? [];
    return { seen, invitation };
  }

  const first = await start();
  assert.deepEqual(readdirSync(folder), ['data']);
  const made = files(join(folder, 'data'));
  assert.equal((statSync(join(folder, 'data')).mode & 0o777).toString(8), '700');
  assert.equal(made.get('secret').mode, '600');
  assert.equal(made.get('hustings.db').mode, '600');
  assert.ok(Buffer.from(made.get('secret').bytes, 'base64').length >= 32);
  assert.ok(first.invitation, first.seen.stderr);

  const second = await start();
  assert.equal(second.invitation, first.invitation);
  const found = files(join(folder, 'data'));
  assert.deepEqual([...found.keys()], [...made.keys()]);
  for (const [name, file] of made) assert.ok(found.get(name).mode === file.mode && found.get(name).bytes === file.bytes, `${name} was changed`);
});

test('the blog shows its posts and their comments, the letters’ page shows the code', async (t) => {
  const network = await portsOfOurOwn(t);
  if (!network) return;
  const folder = mkdtempSync(join(tmpdir(), 'hustings-demo-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [program, ...rest] = [...network, process.execPath, VISIT, BINARY];
  const { stdout } = await promisify(execFile)(program, rest, { cwd: folder, env: visitors });
  const seen = JSON.parse(stdout);
  assert.equal(seen.exit, 0, seen.log);

  assert.deepEqual(seen.entries, ['Selection meetings are set for all twenty wards', 'The library opens on Saturdays again']);
  assert.deepEqual(seen.counts.counts, { 'http://localhost:8081/selection-meetings': 4, 'http://localhost:8081/library-hours': 1 });
  if (seen.countScript === 200) assert.deepEqual(seen.countsShown, ['4 comments', '1 comment']);
  assert.equal(seen.title, seen.entries[0]);
  assert.match(seen.sample, /Wexcombe.*Fennimore.*Garrick/);
  assert.match(seen.desk, /^http:\/\/127\.0\.0\.1:8080\/desk#invite=/);
  assert.equal(seen.comments, 4);
  assert.equal(seen.otherName, 404, 'the blog answers under its own name only');

  assert.equal(seen.asked, 202);
  assert.match(seen.code, /^\d{4} \d{4}$/);
  assert.ok(new RegExp(`sign-in code for \\S+: ${seen.code.replace(' ', '')}`).test(seen.log), 'the console prints the code too');
  assert.ok(!/ INFO hustings::request/.test(seen.log), 'and not every request');
  assert.deepEqual(seen.letters[0], 'Your sign-in code for Harrowmere Notes');
  assert.ok(seen.letters.includes('9 comments wait on Harrowmere Notes'), seen.letters.join(', '));
  assert.equal(seen.lettersCors, null, 'no page elsewhere can read the codes');
  assert.deepEqual(seen.axe, []);
  for (const address of ['http://localhost:8081/selection-meetings', 'http://127.0.0.1:8080/demo/letters', seen.desk]) {
    assert.ok(seen.log.includes(address), `the console lacks ${address}:\n${seen.log}`);
  }
});

test('a browser of these tests blocks third-party cookies where it is told to', async () => {
  assert.equal(await thirdPartyCookies(false), 'x=1');
  assert.equal(await thirdPartyCookies(true), '');
});

test('the demo’s three steps, by keyboard, with third-party cookies blocked', async (t) => {
  const network = await portsOfOurOwn(t);
  if (!network) return;
  const folder = mkdtempSync(join(tmpdir(), 'hustings-journey-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [program, ...rest] = [...network, process.execPath, JOURNEY, BINARY];
  const { stdout } = await promisify(execFile)(program, rest, { cwd: folder, env: visitors });
  const seen = JSON.parse(stdout);
  assert.equal(seen.exit, 0, seen.log);
  assert.equal(seen.before, 4);
  assert.match(seen.waits, /Only you can see this/);
  assert.equal(seen.focusOnComment, 'ARTICLE');
  assert.deepEqual([...new Set(seen.lit)].sort(), ['Orla Fennimore', 'Pell Garrick', 'Tobias Wexcombe']);
  assert.deepEqual([seen.after, seen.stillWaits, seen.stranger], [5, 0, 1]);
  assert.deepEqual(seen.cookies, [], 'the reader was given a cookie');
  assert.deepEqual(seen.faults, []);
});
