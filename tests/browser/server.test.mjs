// The built server starts in an empty folder, answers, takes commands beside itself, and stops well.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort, startServer } from './support/server.mjs';

test('starts, is ready, and stops within its time', async () => {
  const server = await startServer();
  try {
    const live = await fetch(`${server.url}/health/live`);
    assert.equal(live.status, 200);
    assert.deepEqual(server.letters(), []);
    // A second command on the same database while it is served.
    await server.command('migrate');
  } finally {
    await server.stop();
  }
  await assert.rejects(fetch(`${server.url}/health/live`), 'nobody listens any more');
});

test('a server that cannot start says why', async () => {
  const port = await freePort();
  await assert.rejects(
    startServer({ HUSTINGS__SERVER__PUBLIC_URL: `http://127.0.0.1:${port}/with/a/path` }),
    /before it was ready; its log:\n.*public_url/s,
  );
});
