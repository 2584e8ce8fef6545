// Starts the built `hustings` in an empty folder of its own, and runs its commands there.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The server's program. */
export const BINARY =
  process.env.HUSTINGS_TEST_BINARY ?? fileURLToPath(new URL('../../../target/debug/hustings', import.meta.url));
const START_MS = 30_000;
const STOP_MS = 15_000;

/** A TCP port of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort() {
  const socket = createServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/**
 * Starts the server on SQLite, with letters as files, and waits until it is ready. `environment` is laid over its
 * configuration (`{ HUSTINGS__MAIL__TRANSPORT: 'smtp', ... }`). The caller must `stop()` it.
 *
 * Answers `url`; `command(...args)`, which runs another command on the same database and gives its stdout; `binary` and
 * `settings` (`cwd`, `env`) for running it otherwise; `letters()`, the `.eml` files so far; `log()`, what it wrote to
 * stderr; `stop()`, which also deletes its folder.
 */
export async function startServer(environment = {}) {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is not there: build it first (tests/run build)`);
  const directory = mkdtempSync(join(tmpdir(), 'hustings-server-'));
  const mailDirectory = join(directory, 'data', 'mail');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    cwd: directory,
    env: {
      ...process.env,
      HUSTINGS__SERVER__LISTEN: `127.0.0.1:${port}`,
      HUSTINGS__SERVER__PUBLIC_URL: url,
      HUSTINGS__DATABASE__URL: `sqlite:${join(directory, 'hustings.sqlite')}`,
      HUSTINGS__MAIL__TRANSPORT: 'file',
      HUSTINGS__MAIL__DIRECTORY: mailDirectory,
      ...environment,
    },
  };

  const child = spawn(BINARY, ['serve'], { ...settings, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log += text;
  });

  /** Asks it to end, kills it if it does not within STOP_MS, and answers whether it ended by itself with code 0. */
  async function end() {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await exited;
      clearTimeout(killer);
    }
    rmSync(directory, { recursive: true, force: true });
    return child.exitCode === 0;
  }

  try {
    await ready(url, child);
  } catch (error) {
    await end();
    throw new Error(`${error.message}; its log:\n${log}`);
  }

  return {
    url,
    binary: BINARY,
    settings,
    log: () => log,
    letters: () =>
      existsSync(mailDirectory)
        ? readdirSync(mailDirectory)
            .filter((name) => name.endsWith('.eml'))
            .map((name) => readFileSync(join(mailDirectory, name), 'utf8'))
        : [],
    async command(...args) {
      const { stdout } = await promisify(execFile)(BINARY, args, settings);
      return stdout;
    },
    async stop() {
      if (!(await end())) throw new Error(`the server did not end well (${child.signalCode ?? child.exitCode}); its log:\n${log}`);
    },
  };
}

/** Waits until the server says that it is ready; fails if it ends before or does not get there. */
async function ready(url, child) {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the server ended with ${child.signalCode ?? child.exitCode} before it was ready`);
    }
    const answer = await fetch(`${url}/health/ready`).catch(() => null); // not listening yet
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`the server was not ready after ${START_MS} ms`);
}
