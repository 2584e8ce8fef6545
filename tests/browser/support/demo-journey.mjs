#!/usr/bin/env node
// Starts `hustings serve` in the working directory without any configuration and goes the demo's three steps with the
// keyboard alone, in a browser that blocks third-party cookies: a reader writes, a moderator in another browser approves,
// the reader and a stranger load the post again. Prints what was seen as JSON. A process of its own, so that it can have
// its own network.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchBrowser, launchStrictBrowser } from './browser.mjs';

const [, , binary] = process.argv;
const server = 'http://127.0.0.1:8080';
const post = 'http://localhost:8081/selection-meetings';
const TEXT = 'Tobias Wexcombe, Orla Fennimore and Pell Garrick should tell us where that list came from.';

const child = spawn(binary, ['serve'], { stdio: ['ignore', 'ignore', 'pipe'] });
const exited = once(child, 'close');
let log = '';
child.stderr.setEncoding('utf8').on('data', (text) => {
  log += text;
});
const ready = async (address) => (await fetch(address).catch(() => null))?.status === 200;
const until = Date.now() + 60_000;
while (child.exitCode === null && Date.now() < until && !((await ready(`${server}/health/ready`)) && (await ready(post)))) await sleep(50);

const seen = { steps: [], faults: [] };
const strict = await launchStrictBrowser();
const browser = await launchBrowser();

/** What a person at the keyboard is on: its name, through shadow roots. */
const at = (page) =>
  page.evaluate(() => {
    let on = document.activeElement;
    while (on?.shadowRoot?.activeElement) on = on.shadowRoot.activeElement;
    return (on?.getAttribute('aria-label') || on?.labels?.[0]?.textContent || on?.textContent || '').trim();
  });

/** Presses a key until something whose name begins so has the focus. */
async function reach(page, name, key = 'Tab') {
  for (let n = 0; n < 80; n += 1) {
    if ((await at(page)).startsWith(name)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`no way to “${name}” with ${key}; at “${await at(page)}”`);
}

async function arrive(page, name) {
  for (let n = 0; n < 200; n += 1) {
    if ((await at(page)).startsWith(name)) return;
    await sleep(50);
  }
  throw new Error(`the focus went to “${await at(page)}”, not to “${name}”`);
}

function watch(page) {
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => seen.faults.push(String(error)));
  page.on('console', (message) => {
    // A browser asks for an icon by itself.
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) seen.faults.push(`${message.text()} ${message.location().url}`);
  });
  return page;
}

const comment = (page) => page.locator('hustings-comments article', { hasText: 'where that list came from' });

try {
  const page = watch(await strict.context.newPage());
  await page.goto(post, { waitUntil: 'networkidle' });
  seen.before = await page.locator('hustings-comments article').count();
  await reach(page, 'Your comment');
  await page.keyboard.type(TEXT);
  await reach(page, 'Post');
  await page.keyboard.press('Enter');
  await arrive(page, 'Name');
  await page.keyboard.type('Kay Boardwell');
  await page.keyboard.press('Tab');
  seen.steps.push(await at(page));
  await page.keyboard.type('kay@example.org');
  await page.keyboard.press('Enter');
  await page.locator('hustings-comments input.code').waitFor();
  const codeStep = await at(page);

  const letters = await strict.context.newPage();
  await letters.goto(`${server}/demo/letters`);
  for (let n = 0; n < 100 && !(await letters.getByText('kay@example.org').count()); n += 1) {
    await sleep(50);
    await letters.reload();
  }
  const code = await letters.locator('article').first().locator('.code').innerText();
  await letters.close();
  await page.bringToFront();
  seen.steps.push(codeStep);
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
  await comment(page).locator('.state').waitFor();
  seen.waits = await comment(page).locator('.state').innerText();
  seen.focusOnComment = await page.evaluate(() => document.querySelector('hustings-comments').shadowRoot.activeElement?.tagName);

  const moderator = await browser.newContext();
  const desk = watch(await moderator.newPage());
  await desk.goto(post, { waitUntil: 'networkidle' });
  await reach(desk, 'Open the desk');
  const [opened] = await Promise.all([moderator.waitForEvent('page', { timeout: 3_000 }).catch(() => desk), desk.keyboard.press('Enter')]);
  if (opened !== desk) watch(opened);
  const item = opened.locator('article.item', { hasText: 'where that list came from' });
  await item.waitFor();
  seen.lit = await item.locator('.body mark, mark').allInnerTexts();
  for (let n = 0; n < 30 && !(await item.evaluate((it) => it.contains(document.activeElement))); n += 1) await opened.keyboard.press('j');
  const id = await item.getAttribute('id');
  await opened.keyboard.press('a');
  await opened.locator(`[id="${id}"].done`).waitFor();

  await page.reload({ waitUntil: 'networkidle' });
  seen.after = await page.locator('hustings-comments article').count();
  seen.stillWaits = await comment(page).locator('.state').count();
  const stranger = watch(await (await browser.newContext()).newPage());
  await stranger.goto(post, { waitUntil: 'networkidle' });
  seen.stranger = await comment(stranger).count();
  seen.cookies = (await strict.context.cookies()).map(({ name, domain }) => `${name} ${domain}`);
} finally {
  await strict.close();
  await browser.close();
  child.kill('SIGTERM');
  [seen.exit] = await exited;
}
process.stdout.write(JSON.stringify({ ...seen, log }));
