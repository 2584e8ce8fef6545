#!/usr/bin/env node
// Starts `hustings serve` in the working directory as README.md does, on the ports that it has by itself, looks at it
// from outside, stops it, and prints what was seen as JSON. A process of its own, so that it can have its own network.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const [, , binary] = process.argv;
const server = 'http://127.0.0.1:8080';
const child = spawn(binary, ['serve'], { stdio: ['ignore', 'pipe', 'pipe'] });
const exited = once(child, 'close');
const said = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr']) {
  child[name].setEncoding('utf8').on('data', (text) => {
    said[name] += text;
  });
}

/** Status and body; null where nobody answers. */
async function get(path) {
  const answer = await fetch(server + path).catch(() => null);
  return answer && { status: answer.status, body: await answer.text() };
}

const until = Date.now() + 30_000;
while (child.exitCode === null && Date.now() < until && (await get('/health/ready'))?.status !== 200) await sleep(50);
const page = encodeURIComponent('http://localhost:8081/');
const seen = { ready: await get('/health/ready'), comments: await get(`/api/v1/sites/demo/comments?page=${page}`) };
child.kill('SIGTERM');
const [code] = await exited;
process.stdout.write(JSON.stringify({ ...seen, ...said, code }));
