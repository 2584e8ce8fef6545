// The pages that work without JavaScript, in a browser that runs none: reading, writing with the code of a letter, a
// moderator's approval, and what follows. Then, with scripts on for axe alone, that nobody is kept out of them.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchBrowser } from './support/browser.mjs';
import { startServer } from './support/server.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = process.env.HUSTINGS_TEST_SCREENSHOTS;
const PAGE = 'https://blog.example.org/selection-meetings';

let browser;
let server;
let token;
before(async () => {
  // Letters are asked for faster here than anybody could write.
  server = await startServer({ HUSTINGS__LIMITS__ENABLED: 'false' });
  await server.command('site', 'add', 'ward-news', '--name', 'Ward News', '--origin', 'https://blog.example.org');
  token = (await server.command('token', 'create', '--site', 'ward-news', '--role', 'moderator')).trim().split('\n').at(-1);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const comments = (rest = '') => `${server.url}/sites/ward-news/comments?page=${encodeURIComponent(PAGE)}${rest}`;

/** Waits for the newest letter after `before` of them, and reads its code. */
async function code(before) {
  const until = Date.now() + 15_000;
  while (server.letters().length <= before) {
    assert.ok(Date.now() < until, 'no letter came');
    await sleep(50);
  }
  // Names of files have no order in time; each test writes to addresses of its own.
  const letters = server.letters();
  return (address) => {
    const own = letters.filter((letter) => letter.includes(address)).at(-1);
    // Of the text: an id in the head may have eight digits in a row, too.
    const [, plain] = own.split(/^Content-Type: text\/plain/im);
    return plain.match(/\b(\d{4})[ -]?(\d{4})\b/).slice(1).join('');
  };
}

/** Writes without scripts, from the open page to the posted comment. */
async function post(page, { text, name, email }) {
  const before = server.letters().length;
  await page.locator('#body').fill(text);
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Email address').fill(email);
  await page.getByRole('button', { name: 'Email me a code' }).click();
  await shot(page, `code-${name}`);
  await page.getByLabel('Code (8 digits)').fill((await code(before))(email));
  await page.getByRole('button', { name: 'Post my comment' }).click();
}

async function decide(id, decision) {
  const answer = await fetch(`${server.url}/api/v1/desk/comments/${id}/decisions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(decision),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** Keeps what a page looks like, where somebody wants to look. */
async function shot(page, name) {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(SHOTS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
  }
}

const withoutScripts = () => browser.newContext({ javaScriptEnabled: false });

/** The address of each page that a reader can come to, once there are comments of every kind. */
const pages = new Map();
let state;

test('read, write, code from the letter, post, approved, seen: without JavaScript', async () => {
  const context = await withoutScripts();
  try {
    const page = await context.newPage();
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(comments());
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), '/selection-meetings');
    await shot(page, 'empty');
    const text = 'The hall is *too small* for twenty ward parties.\n\n> Misuse of the lists may break the law.\n\nWho checks them?';
    await post(page, { text, name: 'Ada Example', email: 'ada@example.org' });
    await page.getByText('Waiting for a moderator. Only you can see this.').waitFor();
    assert.equal(new URL(page.url()).hash.slice(0, 5), '#own-');
    await shot(page, 'waiting');
    const id = new URL(page.url()).hash.slice(5);

    const stranger = await withoutScripts();
    const other = await stranger.newPage();
    await other.goto(comments());
    assert.equal(await other.getByText('too small').count(), 0);
    await decide(id, { action: 'approve', revision: 1 });
    await other.reload();
    await other.locator(`#hustings-${id} em`, { hasText: 'too small' }).waitFor();
    await page.reload();
    await page.getByText('Published.').waitFor();

    // An answer, of somebody else, and a report.
    await other.getByRole('link', { name: 'Reply to Ada Example' }).click();
    await other.getByRole('heading', { name: 'Reply to Ada Example' }).waitFor();
    await post(other, { text: 'Nobody does, I fear.', name: 'Bo Sample', email: 'bo@example.org' });
    await other.waitForURL(/#own-/);
    const answer = new URL(other.url()).hash.slice(5);
    await decide(answer, { action: 'approve', revision: 1 });
    await page.goto(comments());
    await page.getByText('Nobody does, I fear.').waitFor();
    await page.getByRole('link', { name: 'Report the comment by Bo Sample' }).click();
    await page.getByLabel('It insults or threatens someone').check();
    await shot(page, 'report');
    pages.set('report', page.url());
    await page.getByRole('button', { name: 'Send the report' }).click();
    await page.getByText('We have your report. A moderator has yet to decide.').waitFor();
    pages.set('receipt', page.url());
    await shot(page, 'receipt');

    // One more is rejected; the first is edited, and the new text waits.
    await page.goto(comments());
    await page.locator('#body').fill('They are all thieves.');
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await page.waitForURL(/#own-/);
    const rejected = new URL(page.url()).hash.slice(5);
    await decide(rejected, { action: 'reject', reason: 'accuses_without_source' });
    await page.getByRole('link', { name: 'Edit', exact: true }).first().click();
    pages.set('edit', page.url());
    await shot(page, 'edit');
    await page.locator('#body').fill('The hall is too small. I have measured it.');
    await page.getByRole('button', { name: 'Send the new text' }).click();
    await page.getByText('Your new text is waiting for a moderator.').waitFor();
    await page.getByText('it accuses someone without a source.').waitFor();
    await shot(page, 'own');
    pages.set('comments', comments());
    await page.getByRole('link', { name: 'Withdraw' }).first().click();
    pages.set('withdraw', page.url());
    await shot(page, 'withdraw');
    await page.goto(comments());
    await page.getByRole('link', { name: /Rules, privacy and complaints/ }).first().click();
    pages.set('about', page.url());
    await shot(page, 'about');
    await other.goto(comments());
    await shot(other, 'thread');
    await stranger.close();

    assert.deepEqual(asked.filter((url) => !url.startsWith(`${server.url}/`)), [], 'nothing is asked of anybody else');
    state = await context.storageState();
    assert.deepEqual(state.cookies.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]), [['hustings-ward-news', true, 'Lax']]);
  } finally {
    await context.close();
  }
});

test('axe finds nothing, light and dark, in both directions', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({ storageState: state, bypassCSP: true, colorScheme });
    const stranger = await browser.newContext({ bypassCSP: true, colorScheme });
    try {
      const page = await context.newPage();
      const other = await stranger.newPage();
      for (const lang of ['en', 'ar-XB']) {
        const found = [];
        const look = async (what, at) => {
          await at.evaluate(axe);
          const { violations } = await at.evaluate(() => globalThis.axe.run());
          for (const { id, nodes } of violations) found.push([what, id, nodes.map(({ html }) => html.slice(0, 200))]);
        };
        for (const [what, address] of pages) {
          const url = new URL(address);
          if (what !== 'receipt') url.searchParams.set('lang', lang);
          await page.goto(url.href);
          await look(what, page);
        }
        if (lang === 'ar-XB') await shot(page, `rtl-${colorScheme}`);
        // The steps of a sign-in, with what is wrong marked.
        await other.goto(comments(`&lang=${lang}`));
        await look('stranger', other);
        await other.locator('#body').fill('Something.');
        await other.locator('#write button').click();
        await look('who', other);
        if (lang === 'en' && colorScheme === 'light') await shot(other, 'who');
        await other.locator('#name').fill('x');
        await other.locator('#email').fill('axe@example.org');
        await other.locator('main form button').click();
        await look('who, refused', other);
        if (lang === 'en' && colorScheme === 'light') await shot(other, 'refused');
        await other.locator('#name').fill('Axe');
        await other.locator('main form button').click();
        await other.locator('#code').fill('1');
        await look('code', other);
        await other.locator('main form button.primary').click();
        await look('code, refused', other);
        assert.equal(await other.locator('html').getAttribute('dir'), lang === 'en' ? 'ltr' : 'rtl');
        assert.deepEqual(found, [], `${colorScheme} ${lang}`);
      }
    } finally {
      await context.close();
      await stranger.close();
    }
  }
});

test('hostile texts run nothing and add nothing', async () => {
  const vectors = JSON.parse(readFileSync(new URL('../fixtures/xss.json', import.meta.url), 'utf8'));
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const ran = [];
    page.on('dialog', (dialog) => {
      ran.push(dialog.message());
      dialog.dismiss();
    });
    page.on('pageerror', (error) => ran.push(error.message));
    await page.goto(comments());
    const strange = () =>
      page.evaluate(() => [...document.querySelectorAll('script, iframe, object, embed, img, svg, math, style, base')].map((it) => it.outerHTML));
    for (const { text } of vectors) {
      // As a form of the page would send it: the text, then name and address, comes back in the page.
      await page.goto(comments());
      await page.locator('#body').fill(text);
      await page.locator('#write button').click();
      assert.deepEqual(await strange(), [], text);
    }
    assert.deepEqual(ran, []);
  } finally {
    await context.close();
  }
});
