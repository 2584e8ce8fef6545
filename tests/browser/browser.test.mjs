// The browser that other tests rely on starts, runs scripts, and tells the two origins apart.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, servePages } from './support/browser.mjs';

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

test('opens a page from localhost and runs its script', async () => {
  const pages = await servePages({ '/post': '<!doctype html><title>x</title><p>1 + 1 = <script>document.write(1 + 1)</script>' });
  const page = await browser.newPage();
  try {
    const answer = await page.goto(`${pages.origin}/post`);
    assert.equal(answer.status(), 200);
    assert.equal(await page.innerText('p'), '1 + 1 = 2');
    assert.equal(await page.evaluate(() => location.origin), pages.origin);
    assert.equal((await page.goto(`${pages.origin}/other`)).status(), 404);
  } finally {
    await page.close();
    await pages.close();
  }
});

test('a dialog in a page is seen, as the tests of hostile comments need', async () => {
  const page = await browser.newPage();
  const dialog = page.waitForEvent('dialog', { timeout: 10_000 });
  await Promise.all([
    dialog.then((seen) => seen.dismiss()),
    page.setContent('<img src="data:,no picture" onerror="alert(1)">'),
  ]);
  assert.equal((await dialog).message(), '1');
  await page.close();
});
