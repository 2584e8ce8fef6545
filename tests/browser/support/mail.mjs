// Starts the mail server of smtp-server.mjs in a process of its own and hands over what it took.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('smtp-server.mjs', import.meta.url));

/**
 * Starts a mail server with the script's options, for example `['--starttls', '--ca-file', path]`.
 * Answers its port, the letters taken so far as `{from, to, data}`, and `stop()`.
 */
export async function startMailServer(options = []) {
  const child = spawn(process.execPath, [SCRIPT, '0', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the mail server ended with ${code} before it listened`);
  });
  const [port] = await Promise.race([once(lines, 'line'), ended]);
  ended.catch(() => {}); // from here on its end is asked for

  const letters = [];
  lines.on('line', (line) => letters.push(JSON.parse(line)));
  return {
    port: Number(port),
    letters,
    async stop() {
      const exit = once(child, 'exit');
      if (child.kill('SIGTERM')) await exit;
    },
  };
}
