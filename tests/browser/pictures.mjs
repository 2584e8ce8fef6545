#!/usr/bin/env node
// Pictures of the demo, for the documents and for somebody's eyes: pictures.mjs [FOLDER], `docs/images` by default. With
// `all` as second argument every page in light and dark, on a phone and a desktop, else the few that the documents show.
// The demo takes its own ports, 8080 and 8081.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launchBrowser } from './support/browser.mjs';
import { BINARY } from './support/server.mjs';

const folder = resolve(process.argv[2] ?? 'docs/images');
const all = process.argv[3] === 'all';
let visitors = 0;
mkdirSync(folder, { recursive: true });

const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HUSTINGS_')));
const place = mkdtempSync(join(tmpdir(), 'hustings-pictures-'));
const child = spawn(BINARY, ['serve'], { cwd: place, env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
let log = '';
child.stderr.setEncoding('utf8').on('data', (text) => {
  log += text;
});
while (child.exitCode === null && !log.includes('/demo/letters')) await new Promise((done) => setTimeout(done, 50));

const server = 'http://127.0.0.1:8080';
const blog = 'http://localhost:8081';
const post = `${blog}/selection-meetings`;
const site = `${server}/sites/demo`;
const browser = await launchBrowser();
try {
  const first = await browser.newContext();
  const entering = await first.newPage();
  await entering.goto(log.match(/http\S+\/desk#invite=\S+/)[0]);
  await entering.waitForSelector('.top nav');
  const state = await first.storageState();
  await first.close();

  /** Opens an address as a phone or a desktop would, does what is asked, and takes a picture of the page or of a part of it. */
  async function picture(name, address, { width = 1280, colorScheme = 'light', act, part, view = false } = {}) {
    const phone = width < 500;
    const context = await browser.newContext({
      viewport: { width, height: 900 }, colorScheme, storageState: state, isMobile: phone, hasTouch: phone, deviceScaleFactor: phone || !all ? 2 : 1,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(address, { waitUntil: 'networkidle' });
    await act?.(page);
    const path = join(folder, `${name}.png`);
    // What stays in view while a page is scrolled stands in the middle of a picture of all of it.
    await (part ? page.locator(part).first().screenshot({ path }) : page.screenshot({ path, fullPage: all && !view }));
    await context.close();
  }

  const founding = 'article.item:has(mark ~ mark ~ mark), article.item:has(p:has(mark) ~ p mark)';
  const write = async (page) => {
    await page.locator('hustings-comments textarea').fill('Could the meeting be on a Wednesday?');
    await page.locator('hustings-comments .primary').click();
  };
  const code = async (page) => {
    await write(page);
    await page.locator('hustings-comments input.name').fill('A Visitor');
    await page.locator('hustings-comments input.email').fill(`visitor${(visitors += 1)}@example.org`);
    await page.locator('hustings-comments .primary').click();
    await page.locator('hustings-comments input.code').waitFor();
  };
  const attempt = async (page) => {
    await page.locator('textarea').fill('Tobias Wexcombe says that the list was used. Ask Mrs Fennimore, or P. Garrick.');
    await page.locator('main form button').first().click();
    await page.locator('.tried mark').first().waitFor();
  };
  if (!all) {
    await picture('held', `${server}/desk`, { part: founding });
    await picture('widget', post, { part: 'hustings-comments' });
    await picture('code', post, { width: 390, act: code, part: 'hustings-comments form.composer' });
  } else {
    for (const width of [390, 1280]) {
      for (const colorScheme of ['light', 'dark']) {
        const as = { width, colorScheme };
        const end = `${width}-${colorScheme}`;
        await picture(`blog-index-${end}`, blog, as);
        await picture(`blog-post-${end}`, post, as);
        await picture(`widget-who-${end}`, post, { ...as, act: write });
        await picture(`widget-code-${end}`, post, { ...as, act: code });
        await picture(`site-comments-${end}`, `${site}/comments?page=${encodeURIComponent(post)}`, as);
        await picture(`site-about-${end}`, `${site}/about`, as);
        await picture(`desk-queue-${end}`, `${server}/desk`, { ...as, view: true });
        await picture(`desk-three-${end}`, `${server}/desk`, { ...as, part: founding });
        await picture(`desk-try-${end}`, `${server}/desk/try?site=demo`, { ...as, act: attempt });
        await picture(`desk-pages-${end}`, `${server}/desk/pages?site=demo`, as);
        await picture(`desk-sites-${end}`, `${server}/desk/sites/demo`, as);
        await picture(`letters-${end}`, `${server}/demo/letters`, as);
      }
    }
  }
} finally {
  await browser.close();
  const gone = new Promise((done) => child.once('close', done));
  child.kill('SIGTERM');
  await gone;
  rmSync(place, { recursive: true });
}
