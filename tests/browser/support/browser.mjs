// Starts the Chromium that is installed, and serves pages for it from another origin than the server's.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

/** The browser's path: HUSTINGS_TEST_CHROMIUM, or `chromium` as PATH has it. */
function executablePath() {
  return process.env.HUSTINGS_TEST_CHROMIUM ?? execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
}

/** Starts a headless browser that asks nobody for updates, with `args` besides; the caller must `close()` it. */
export function launchBrowser(args = []) {
  return chromium.launch({
    executablePath: executablePath(),
    args: [...args, '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/**
 * Serves HTML pages by path, `{ '/post': '<!doctype html>...' }`, on a free port; anything else is 404. A page may be
 * `{ html, headers }`, and pages may be added to the object while it serves.
 * Its origin says `localhost`, which is another site than 127.0.0.1 to a browser. The caller must `close()` it.
 */
export async function servePages(pages) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const found = Object.hasOwn(pages, pathname);
    const page = found ? pages[pathname] : 'not found';
    const { html, headers } = typeof page === 'string' ? { html: page } : page;
    response.writeHead(found ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8', ...headers });
    response.end(html);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://localhost:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
