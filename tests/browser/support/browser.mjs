// Starts the Chromium that is installed, and serves pages for it from another origin than the server's.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** The browser's path: HUSTINGS_TEST_CHROMIUM, or `chromium` as PATH has it. */
function executablePath() {
  return process.env.HUSTINGS_TEST_CHROMIUM ?? execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
}

/** Starts a headless browser that asks nobody for updates, with `args` besides; the caller must `close()` it. */
export function launchBrowser(args = []) {
  return chromium.launch({ executablePath: executablePath(), args: [...args, ...FLAGS] });
}

/**
 * Starts a browser whose owner has blocked third-party cookies, or with `blocked: false` has not. Answers `context`, the
 * one context that there is then, and `close()`.
 */
export async function launchStrictBrowser({ blocked = true, ...options } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'hustings-profile-'));
  mkdirSync(join(profile, 'Default'));
  const preferences = { profile: { cookie_controls_mode: blocked ? 1 : 0, block_third_party_cookies: blocked } };
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, { executablePath: executablePath(), args: FLAGS, ...options });
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, maxRetries: 5 });
    },
  };
}

/** Which cookies a page's second request to another site carries, where the first one was given `x=1`. */
export async function thirdPartyCookies(blocked) {
  const folder = mkdtempSync(join(tmpdir(), 'hustings-cookies-'));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=localhost', '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const tls = { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')) };
  rmSync(folder, { recursive: true });
  const carried = [];
  const host = createSecureServer(tls, (_request, response) => response.end('<p>The host page</p>')).listen(0, '127.0.0.1');
  const third = createSecureServer(tls, (request, response) => {
    carried.push(request.headers.cookie ?? '');
    response.writeHead(200, {
      'Set-Cookie': 'x=1; SameSite=None; Secure',
      'Access-Control-Allow-Origin': request.headers.origin ?? '*',
      'Access-Control-Allow-Credentials': 'true',
    });
    response.end();
  }).listen(0, '127.0.0.1');
  await Promise.all([once(host, 'listening'), once(third, 'listening')]);
  const browser = await launchStrictBrowser({ blocked, ignoreHTTPSErrors: true });
  try {
    const page = await browser.context.newPage();
    await page.goto(`https://localhost:${host.address().port}/`);
    await page.evaluate(async (url) => {
      for (const nth of [1, 2]) await fetch(`${url}/${nth}`, { credentials: 'include' });
    }, `https://127.0.0.1:${third.address().port}`);
  } finally {
    await browser.close();
    for (const server of [host, third]) {
      server.closeAllConnections();
      server.close();
    }
  }
  return carried[1];
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
