// The walk of README.md does what it says, as a person would paste it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startServer } from './support/server.mjs';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('the walk: a comment is held, approved, and public', async () => {
  const [, walk] = readme.match(/^## A walk$.*?^```sh\n(.*?)^```$/ms);
  const server = await startServer();
  try {
    await server.command('site', 'add', 'demo', '--name', 'Demo', '--origin', 'http://localhost:8081');
    const here = walk
      .replace('server=http://127.0.0.1:8080', `server=${server.url}`)
      .replace('hustings=./target/release/hustings', `hustings=${server.binary}`);
    assert.ok(here.includes(server.url) && here.includes(server.binary), 'the walk begins by naming both');
    // An older letter to the same reader is there, as on a server that was tried out before.
    const mail = join(server.settings.cwd, 'data/mail');
    mkdirSync(mail, { recursive: true });
    writeFileSync(join(mail, '00000000-older.eml'), 'To: ada@example.com\n\nYour sign-in code: 0000 0000\n');
    writeFileSync(join(mail, 'ffffffff-older.eml'), 'To: ada@example.com\n\nYour sign-in code: 1111 1111\n');
    // bash reads its start-up file where its input is a socket, as it is here; a walk starts from nothing.
    const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', here], server.settings);
    assert.equal(stderr, '');

    const [before, queue, decided, afterwards, ...more] = stdout.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(more, []);
    assert.deepEqual(before.comments, []);
    assert.deepEqual(queue.comments.map(({ state, body }) => [state, body]), [['held', 'The meeting is on *Tuesday*.']]);
    assert.equal(decided.state, 'published');
    assert.deepEqual(
      afterwards.comments.map(({ author, html }) => [author.name, html.trim()]),
      [['Ada Example', '<p>The meeting is on <em>Tuesday</em>.</p>']],
    );

    // A second walk at once gets no code: it ends, and says why, with nothing done by an older code.
    const second = promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', here], { ...server.settings, timeout: 20_000 });
    await assert.rejects(second, (error) => error.code !== 0 && !error.killed && /Wait a minute/.test(error.stderr) && error.stdout === '');
  } finally {
    await server.stop();
  }
});

test('the files that it links to are there', () => {
  const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path);
  assert.ok(links.length > 5);
  for (const path of links) readFileSync(new URL(`../../${path}`, import.meta.url));
});
