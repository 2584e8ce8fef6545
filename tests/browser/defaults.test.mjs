// `hustings serve` in an empty folder, without any configuration: what the first start makes, and the second leaves alone.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BINARY } from './support/server.mjs';

const FIRST_START = fileURLToPath(new URL('support/first-start.mjs', import.meta.url));

/** Without any variable of ours: one is a configuration, and then there is no demo. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HUSTINGS_')));

/** What to begin a command with so that it has a network of its own, in which every port is free; [] where that is not allowed. */
function ownNetwork() {
  const begin = ['unshare', '--map-root-user', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
  try {
    execFileSync(begin[0], [...begin.slice(1), 'true'], { stdio: 'ignore' });
    return begin;
  } catch {
    return [];
  }
}

async function isFree(port) {
  const socket = createServer().listen(port, '127.0.0.1');
  try {
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
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
  const network = ownNetwork();
  if (network.length === 0 && !((await isFree(8080)) && (await isFree(8081)))) {
    t.skip('another program has port 8080 or 8081, and no network of our own can be made');
    return;
  }
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
