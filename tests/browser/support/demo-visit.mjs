#!/usr/bin/env node
// Starts `hustings serve` in the working directory without any configuration, visits the demo as a newcomer does, stops
// it, and prints what was seen as JSON. A process of its own, so that it can have its own network. With a second
// argument, a folder, it leaves pictures of the pages there.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from './browser.mjs';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

const [, , binary, pictures] = process.argv;
const server = 'http://127.0.0.1:8080';
const blog = 'http://localhost:8081';
const child = spawn(binary, ['serve'], { stdio: ['ignore', 'ignore', 'pipe'] });
const exited = once(child, 'close');
let log = '';
child.stderr.setEncoding('utf8').on('data', (text) => {
  log += text;
});

const ready = async (address) => (await fetch(address).catch(() => null))?.status === 200;
const until = Date.now() + 60_000;
while (child.exitCode === null && Date.now() < until && !((await ready(`${server}/health/ready`)) && (await ready(blog)))) await sleep(50);

const seen = {};
const browser = await launchBrowser();
try {
  const page = await browser.newPage();
  await page.goto(blog, { waitUntil: 'networkidle' });
  seen.entries = await page.locator('.entry h2').allInnerTexts();
  seen.countScript = (await fetch(`${server}/embed/counts.js`)).status;
  seen.countsShown = await page.locator('[data-hustings-count]').allInnerTexts();
  seen.counts = await page.evaluate(async (counts) => (await fetch(counts)).json(), `${server}/api/v1/sites/demo/counts?page=${blog}/selection-meetings&page=${blog}/library-hours`);

  await page.locator('.entry h2 a').first().click();
  await page.waitForLoadState('networkidle');
  seen.title = await page.innerText('h1');
  seen.sample = await page.innerText('.sample');
  seen.desk = await page.getByRole('link', { name: 'Open the desk' }).getAttribute('href');
  seen.comments = (await (await fetch(`${server}/embed/demo/comments?page=${blog}/selection-meetings`)).text()).match(/<article /g)?.length;
  seen.otherName = (await fetch('http://127.0.0.1:8081/')).status;

  const challenge = createHash('sha256').update(randomBytes(32).toString('hex')).digest('base64url');
  const asked = await fetch(`${server}/api/v1/sign-in/email`, {
    method: 'POST',
    headers: { Origin: blog, 'Content-Type': 'application/json' },
    body: JSON.stringify({ site: 'demo', email: 'visitor@example.org', name: 'A Visitor', challenge }),
  });
  seen.asked = asked.status;
  const letters = `${server}/demo/letters`;
  for (let n = 0; n < 100; n += 1) {
    await page.goto(letters);
    if ((await page.locator('.code').count()) > 0) break;
    await sleep(50);
  }
  seen.code = await page.locator('article').first().locator('.code').innerText();
  seen.letters = await page.locator('article h2').allInnerTexts();
  seen.lettersCors = (await fetch(letters)).headers.get('access-control-allow-origin');

  seen.axe = [];
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({ colorScheme, bypassCSP: true });
    const tab = await context.newPage();
    for (const address of [blog, `${blog}/selection-meetings`, `${blog}/library-hours`, letters]) {
      await tab.goto(address, { waitUntil: 'networkidle' });
      await tab.evaluate(AXE);
      const { violations } = await tab.evaluate(() => globalThis.axe.run());
      for (const { id, nodes } of violations) seen.axe.push(`${address} ${colorScheme} ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    }
    await context.close();
  }

  if (pictures) {
    for (const colorScheme of ['light', 'dark']) {
      for (const width of [390, 1280]) {
        const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
        const tab = await context.newPage();
        for (const [name, address] of [['index', blog], ['post', `${blog}/selection-meetings`], ['letters', letters]]) {
          await tab.goto(address, { waitUntil: 'networkidle' });
          await tab.screenshot({ path: join(pictures, `${name}-${colorScheme}-${width}.png`), fullPage: true });
        }
        await context.close();
      }
    }
  }
} finally {
  await browser.close();
  child.kill('SIGTERM');
  [seen.exit] = await exited;
}
process.stdout.write(JSON.stringify({ ...seen, log }));
