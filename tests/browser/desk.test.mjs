// The desk in a real browser: an invitation to an approval, keys, without scripts, and what axe and hostile texts find.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from './support/browser.mjs';
import { startServer } from './support/server.mjs';
import { PEOPLE, THREE_NAMES, codeFor, reader, ward } from './support/ward.mjs';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const VECTORS = JSON.parse(readFileSync(new URL('../fixtures/xss.json', import.meta.url), 'utf8'));

let browser;
let server;
let site;
let mira;
let number = 0;
const contexts = [];

before(async () => {
  browser = await launchBrowser();
  server = await startServer({ HUSTINGS__LIMITS__ENABLED: 'false' });
  site = await ward(server);
  mira = await reader(server, 'mira@example.org', 'Mira');
});
after(async () => {
  await browser?.close();
  await server?.stop();
});
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
});

/** A moderator of their own at the desk, by the link of an invitation. */
async function moderator(options = {}) {
  const context = await browser.newContext(options);
  contexts.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  number += 1;
  const link = await site.invite(`mod${number}@example.org`, options.role ?? 'owner');
  if (options.javaScriptEnabled === false) {
    await page.goto(`${server.url}/desk`);
    await page.fill('#secret', link);
    await page.click('form[action="/desk/invite"] button');
  } else {
    await page.goto(link);
  }
  await page.waitForSelector('.top nav');
  return page;
}

const article = (page, id) => page.locator(`#c-${id}`);

test('an invitation, the queue, an approval and its undoing', async () => {
  const comment = await mira.post(THREE_NAMES);
  const page = await moderator();
  assert.equal(new URL(page.url()).hash, '', 'the secret does not stay in the address');
  const item = article(page, comment.id);
  assert.deepEqual((await item.locator('mark').allInnerTexts()).sort(), [...PEOPLE].sort());
  const labels = await item.locator('mark + .why a').evaluateAll((all) => all.map((it) => it.ariaLabel));
  for (const name of PEOPLE) assert.ok(labels.some((label) => label.includes(`${name} (full name)`)), `${name}: ${labels}`);

  let loads = 0;
  page.on('load', () => (loads += 1));
  await item.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.waitForSelector(`#c-${comment.id}.done`);
  assert.match(await item.innerText(), /Public\. Approved by you/);
  const undone = item.getByRole('button', { name: 'Undo' });
  await undone.click();
  await page.waitForSelector(`#c-${comment.id}.item`);
  await item.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.waitForSelector(`#c-${comment.id}.done`);
  assert.equal(loads, 0, 'nothing was loaded anew');

  const open = await fetch(`${server.url}/api/v1/comments/${comment.id}`);
  assert.equal(open.status, 200);
});

test('an invitation replaces a session only when asked', async () => {
  const page = await moderator();
  const session = async () => (await page.context().cookies()).map(({ value }) => value);
  const before = await session();
  const link = await site.invite('another@example.org');
  for (const agreed of [false, true]) {
    const asked = page.waitForEvent('dialog');
    await page.evaluate((address) => {
      setTimeout(() => { location.href = address; });
    }, link);
    const dialog = await asked;
    assert.equal(dialog.message(), 'You are signed in already. Sign in anew, with this invitation?');
    if (!agreed) {
      await dialog.dismiss();
      assert.deepEqual(await session(), before);
      continue;
    }
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/desk/session'));
    await dialog.accept();
    assert.equal((await answered).status(), 200);
    assert.notDeepEqual(await session(), before);
  }
});

test('by keys alone', async () => {
  const first = await mira.post('The first by keys.');
  const second = await mira.post('The second by keys.');
  const third = await mira.post('The third by keys.');
  const page = await moderator();
  const focused = () => page.evaluate(() => document.activeElement.closest('article')?.id ?? '');
  // Nothing is decided while no comment has the focus.
  await page.keyboard.press('a');
  assert.equal(await page.locator('article.done').count(), 0);
  await page.keyboard.press('j');
  assert.equal(await focused(), `c-${first.id}`);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  assert.equal(await focused(), `c-${third.id}`);
  await page.keyboard.press('k');
  assert.equal(await focused(), `c-${second.id}`);
  await page.keyboard.press('a');
  await page.waitForSelector(`#c-${second.id}.done`);
  assert.equal(await focused(), `c-${third.id}`, 'on to the next');
  await page.keyboard.press('r');
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'SELECT');
  await page.keyboard.press('o'); // typed into the list of reasons, not a key of the desk
  await page.selectOption(`#c-${third.id}-reason`, 'off_topic');
  await page.keyboard.press('Tab');
  await page.keyboard.type('jkas');
  assert.equal(await page.inputValue(`#c-${third.id}-own`), 'jkas');
  await article(page, third.id).getByRole('button', { name: 'Reject', exact: true }).click();
  await page.waitForSelector(`#c-${third.id}.done`);
  await page.keyboard.press('u');
  await page.waitForSelector(`#c-${third.id}.item`);
  await page.keyboard.press('s');
  await page.waitForSelector(`#c-${third.id}.done`);
  await page.keyboard.press('?');
  assert.ok(await page.locator('#keys').evaluate((dialog) => dialog.open));
  await page.uncheck('#keys-on');
  await page.locator('#keys').getByRole('button', { name: 'Close' }).click();
  await page.keyboard.press('k');
  await page.keyboard.press('a');
  assert.equal(await page.locator(`#c-${first.id}.done`).count(), 0, 'keys are off');
  await article(page, first.id).getByRole('button', { name: 'Spam' }).first().click();
  await page.waitForSelector(`#c-${first.id}.done`);
});

test('without scripts', async () => {
  const comment = await mira.post('Ask Rosalind Thackwell at the hall.');
  const page = await moderator({ javaScriptEnabled: false });
  const item = article(page, comment.id);
  assert.deepEqual(await item.locator('mark').allInnerTexts(), ['Rosalind Thackwell']);
  await item.locator('summary', { hasText: 'Reject' }).click();
  await item.getByRole('button', { name: 'Reject', exact: true }).click();
  assert.match(await page.locator('[role=alert]').innerText(), /Say why/);
  await page.selectOption(`#c-${comment.id}-reason`, 'off_topic');
  await item.getByRole('button', { name: 'Reject', exact: true }).click();
  await page.waitForURL(/done=/);
  assert.match(await page.locator('#done').innerText(), /Rejected by you.*Off topic/);
  await page.locator('#done').getByRole('button', { name: 'Undo' }).click();
  await page.locator(`article.item#c-${comment.id}`).first().waitFor();
  await article(page, comment.id).last().getByRole('button', { name: 'Approve', exact: true }).click();
  await page.waitForURL(/done=/);
  assert.equal((await fetch(`${server.url}/api/v1/comments/${comment.id}`)).status, 200);

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.fill('#email', `mod${number}@example.org`);
  await page.getByRole('button', { name: 'Email me a code' }).click();
  await page.fill('#code', await codeFor(server, `mod${number}@example.org`));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForSelector('.top nav');
});

test('somebody else was quicker', async () => {
  const comment = await mira.post('Whose turn is it?');
  const [one, other] = [await moderator(), await moderator()];
  await article(one, comment.id).getByRole('button', { name: 'Spam' }).first().click();
  await one.waitForSelector(`#c-${comment.id}.done`);
  const item = article(other, comment.id);
  await item.getByRole('button', { name: 'Approve', exact: true }).click();
  await item.locator('[role=alert]').waitFor();
  assert.match(await item.innerText(), /Called spam by another moderator/);
  await item.getByRole('button', { name: 'Approve', exact: true }).click();
  await other.waitForSelector(`#c-${comment.id}.done`);
});

test('on a phone the actions are at the thumb and large enough', async () => {
  const comment = await mira.post(`${'A long comment. '.repeat(150)}The end.`);
  const page = await moderator({ viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true });
  const item = article(page, comment.id);
  await item.evaluate((it) => it.scrollIntoView({ block: 'start' }));
  const bar = await item.locator('.bar').boundingBox();
  assert.ok(bar.y < 800 && bar.y + bar.height > 790, `the bar is at the lower edge: ${JSON.stringify(bar)}`);
  const small = await page.locator('button:visible, summary.button:visible, .top a:visible').evaluateAll((all) =>
    all.filter((it) => it.getBoundingClientRect().height < 44).map((it) => it.outerHTML),
  );
  assert.deepEqual(small, []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing to scroll sideways');
  await item.getByRole('button', { name: 'Spam' }).first().click();
  await page.waitForSelector(`#c-${comment.id}.done`);
});

const PHONE = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true };
const DESKTOP = { viewport: { width: 1280, height: 800 } };

for (const [device, options] of [['a phone', PHONE], ['a desktop', DESKTOP]]) {
  test(`on ${device} a text's beginning is never behind what can be done with it`, async () => {
    const ids = [];
    for (const text of ['Long. '.repeat(400), `${THREE_NAMES} ${'And more. '.repeat(60)}`, 'Short.']) ids.push((await mira.post(text)).id);
    const page = await moderator(options);
    let seen = 0;
    for (const id of ids) {
      const top = await article(page, id).evaluate((it) => it.getBoundingClientRect().top + scrollY);
      for (let up = 790; up > 0; up -= 30) {
        const [at, text, bar] = await article(page, id).evaluate(async (it, y) => {
          scrollTo({ top: y, behavior: 'instant' });
          await new Promise(requestAnimationFrame);
          const box = (part) => it.querySelector(part).getBoundingClientRect();
          return [y, box('.body > .words > .text').toJSON(), box('.bar').toJSON()];
        }, Math.max(0, top - up));
        if (bar.top >= 800) continue; // not in reach
        seen += 1;
        const begun = Math.min(text.height, 100);
        assert.ok(text.top + begun <= bar.top + 1, `${id} at ${at}: the text begins at ${text.top}, the bar at ${bar.top}`);
      }
    }
    assert.ok(seen > 20, `${seen}`);
  });

  test(`on ${device} the form to reject leaves the text to be read, and its row as it is`, async () => {
    const { id } = await mira.post(`${THREE_NAMES} ${'And so on. '.repeat(150)}`);
    const page = await moderator(options);
    const item = article(page, id);
    await item.evaluate((it) => it.scrollIntoView({ block: 'start' }));
    const row = () => item.locator('.bar > form:not(.opened) > button, .bar > .panel > summary').evaluateAll((all) =>
      all.map((it) => [it.textContent.trim(), Math.round(it.getBoundingClientRect().left), it.getBoundingClientRect().top - it.closest('.bar').getBoundingClientRect().top]));
    const before = await row();
    assert.ok(before.length === 4, JSON.stringify(before));
    for (const open of [() => item.locator('summary', { hasText: 'Reject' }).click(), () => page.keyboard.press('r')]) {
      await item.evaluate((it) => it.focus());
      await open();
      await item.locator('form.refusing').waitFor();
      await page.waitForTimeout(100);
      assert.deepEqual(await row(), before, 'no button leaves its place in the row');
      const reject = await item.getByRole('button', { name: 'Reject', exact: true }).boundingBox();
      assert.ok(reject.y > 0 && reject.y + reject.height <= 800, `the last button is in sight: ${JSON.stringify(reject)}`);
      const [words, bar] = [await item.locator('.words').boundingBox(), await item.locator('.bar').boundingBox()];
      assert.ok(words.y + words.height <= bar.y + 1, `nothing lies over the text: ${words.y + words.height} and ${bar.y}`);
      await item.locator('summary', { hasText: 'Reject' }).click();
      await item.locator('form.refusing').waitFor({ state: 'hidden' });
    }
  });

  test(`on ${device} the way back from the latest decision stays in sight`, async () => {
    const ids = [];
    for (let nth = 0; nth < 3; nth += 1) ids.push((await mira.post(`Number ${nth}. ${'A long one. '.repeat(120)}`)).id);
    const page = await moderator(options);
    for (const id of ids.slice(0, 2)) {
      await article(page, id).evaluate((it) => it.scrollIntoView({ block: 'start' }));
      await article(page, id).locator('[data-key="s"]').click();
      await page.waitForSelector(`#c-${id}.done`);
      await page.waitForTimeout(100);
      const undo = article(page, id).getByRole('button', { name: 'Undo' });
      const reached = await undo.evaluate((it) => {
        const { left, top, width, height } = it.getBoundingClientRect();
        return it === document.elementFromPoint(left + width / 2, top + height / 2);
      });
      assert.ok(reached, 'the button is in sight, and nothing over it');
    }
    // What follows stands below it, not behind it.
    const [line, next] = [await page.locator('.done.latest').boundingBox(), await article(page, ids[2]).locator('header').boundingBox()];
    assert.ok(line.y + line.height <= next.y, JSON.stringify([line, next]));
    // The key takes back what was done last, wherever it stands in the queue; then the one before it is the latest.
    await page.keyboard.press('u');
    await page.waitForSelector(`#c-${ids[1]}.item`);
    assert.equal(await page.locator('.done.latest').getAttribute('id'), `c-${ids[0]}`);
    for (const id of ids) {
      const spam = article(page, id).locator('[data-key="s"]');
      if (await spam.count()) await spam.click();
      await page.waitForSelector(`#c-${id}.done`);
    }
  });
}

test('what was typed outlasts a refusal, and a new sign-in', async () => {
  const comment = await mira.post('Something to be refused in one’s own words.');
  const page = await moderator();
  const item = article(page, comment.id);
  await item.locator('summary', { hasText: 'Reject' }).click();
  await page.fill(`#c-${comment.id}-note`, 'Olu knows him.');
  await item.getByRole('button', { name: 'Reject', exact: true }).click();
  await item.locator('[role=alert]').waitFor();
  assert.equal(await page.inputValue(`#c-${comment.id}-note`), 'Olu knows him.');
  assert.ok(await page.locator(`#c-${comment.id}-note`).isVisible(), 'the form is open still');

  await page.fill(`#c-${comment.id}-own`, 'Please leave out the address.');
  const other = await page.context().newPage();
  await other.goto(`${server.url}/desk`);
  await other.getByRole('button', { name: 'Sign out' }).click();
  await other.waitForSelector('#email');
  await item.getByRole('button', { name: 'Reject', exact: true }).click();
  await page.fill('#email', `mod${number}@example.org`);
  await page.getByRole('button', { name: 'Email me a code' }).click();
  await page.fill('#code', await codeFor(server, `mod${number}@example.org`));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#status', { hasText: 'here again' }).waitFor();
  assert.equal(await page.inputValue(`#c-${comment.id}-own`), 'Please leave out the address.');
  assert.equal(await page.inputValue(`#c-${comment.id}-note`), 'Olu knows him.');
  await item.getByRole('button', { name: 'Reject', exact: true }).click();
  await page.waitForSelector(`#c-${comment.id}.done`);
  await page.goto(`${server.url}/desk`);
  assert.equal(await page.evaluate(() => sessionStorage.length), 0, 'nothing is kept of it');
});

test('keys work on a comment’s own page, too', async () => {
  const comment = await mira.post('Alone on its page.');
  const page = await moderator();
  await page.goto(`${server.url}/desk/comments/${comment.id}`);
  await page.keyboard.press('a');
  await page.waitForSelector(`#c-${comment.id}.done`);
  await page.keyboard.press('u');
  await page.waitForSelector(`#c-${comment.id}.item`);
  await page.keyboard.press('r');
  assert.equal(await page.evaluate(() => document.activeElement.id), `c-${comment.id}-reason`);
  await page.keyboard.press('Escape');
  await page.keyboard.press('s');
  await page.waitForSelector(`#c-${comment.id}.done`);
  await page.keyboard.press('?');
  await page.locator('dialog[open]').waitFor();
});

test('on a phone no link of a comment is too small for a finger', async () => {
  const comment = await mira.post(THREE_NAMES);
  const page = await moderator(PHONE);
  const small = await article(page, comment.id).locator('a:visible').evaluateAll((all) =>
    all.map((it) => [it.getBoundingClientRect(), it.outerHTML]).filter(([box]) => box.height < 24 || box.width < 24).map(([, html]) => html));
  assert.deepEqual(small, []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing to scroll sideways');
});

test('a site’s settings say what is wrong with them, and that they are saved', async () => {
  const page = await moderator({ bypassCSP: true });
  await page.goto(`${server.url}/desk/sites/ward-news`);
  await page.fill('#words', 'flag: liar\nhold: /(/');
  await page.fill('#about', 'Be kind.');
  await page.getByRole('button', { name: 'Save' }).click();
  assert.match(await page.locator('[role=alert]').innerText(), /Nothing was saved[^]*Line 2[^]*\/\(\//);
  assert.equal(await page.inputValue('#words'), 'flag: liar\nhold: /(/');
  assert.equal(await page.inputValue('#about'), 'Be kind.');
  await finds(page, 'settings with a fault');
  await page.fill('#words', 'flag: liar');
  await page.getByLabel('To owners only').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('[role=status]', { hasText: 'Saved.' }).waitFor();
  assert.ok(await page.getByLabel('To owners only').isChecked());
  await page.getByLabel('To moderators and owners').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.goto(`${server.url}/sites/ward-news/about`);
  assert.match(await page.locator('main').innerText(), /Be kind\./);
});

test('axe finds nothing, light and dark, in both directions', async () => {
  const comment = await mira.post(THREE_NAMES);
  const noticed = await mira.post('Rosalind Thackwell was at the hall, and so was I.');
  const approving = await moderator();
  await article(approving, noticed.id).getByRole('button', { name: 'Approve', exact: true }).first().click();
  await approving.waitForSelector(`#c-${noticed.id}.done`);
  await site.report(noticed.id);
  for (const colorScheme of ['light', 'dark']) {
    for (const locale of ['en', 'ar-XB']) {
      const page = await moderator({ colorScheme, extraHTTPHeaders: { 'Accept-Language': locale }, bypassCSP: true });
      const link = await page.locator(`#c-${comment.id} .meta a[href^="/desk/pages/"]`).first().getAttribute('href');
      for (const path of ['/desk', '/desk?state=all', `/desk/comments/${comment.id}`, link, '/desk/pages', '/desk/sites', '/desk/sites/ward-news', '/desk/try']) {
        await page.goto(`${server.url}${path}`);
        if (path === '/desk/try') {
          await page.fill('#text', THREE_NAMES);
          await page.click('main form .primary');
          await page.waitForSelector('.tried mark');
        }
        assert.equal(await page.getAttribute('html', 'dir'), locale === 'en' ? 'ltr' : 'rtl');
        await finds(page, `${colorScheme} ${locale} ${path}`);
      }
      await page.goto(`${server.url}/desk`);
      assert.ok(await page.getByText('I was not at that meeting.').count(), 'a report is on the page');
      const item = article(page, comment.id);
      const panels = await item.locator('details.panel').all();
      assert.ok(panels.length > 1, 'to reject, and more');
      for (const panel of panels) {
        await panel.locator('summary').first().click();
        await finds(page, `${colorScheme} ${locale} a panel`);
        await panel.locator('summary').first().click();
      }
      await page.keyboard.press('?');
      await page.locator('dialog[open]').waitFor();
      await finds(page, `${colorScheme} ${locale} the keys`);
      await page.keyboard.press('Escape');
      await item.locator('[data-key="s"]').first().click();
      await page.waitForSelector(`#c-${comment.id}.done`);
      await finds(page, `${colorScheme} ${locale} something done`);
      await page.keyboard.press('u');
      await page.waitForSelector(`#c-${comment.id}:not(.done)`);
      await page.goto(`${server.url}/desk?q=nowhere-to-be-found`);
      assert.equal(await page.locator('article.item').count(), 0);
      await finds(page, `${colorScheme} ${locale} nothing fits`);
      const door = await (await browser.newContext({ colorScheme, extraHTTPHeaders: { 'Accept-Language': locale }, bypassCSP: true })).newPage();
      contexts.push(door.context());
      await door.goto(`${server.url}/desk`);
      await finds(door, `${colorScheme} ${locale} the door`);
    }
  }
});

async function finds(page, where) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const told = violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(' ')}`);
  assert.deepEqual(told, [], where);
}

test('hostile comments are called spam one after another', async () => {
  const hostile = await reader(server, 'eve@example.org', '<img src=x onerror=alert(1)>');
  for (const { text } of VECTORS.slice(0, 60)) {
    await hostile.post(`${text} Quentin Farrowdale ${text}`).catch(() => {}); // some can be no comment
  }
  const page = await moderator();
  const seen = [];
  page.on('dialog', (dialog) => {
    seen.push(dialog.message());
    dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url)) seen.push(request.url());
  });
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedHTML/i.test(message.text())) seen.push(message.text());
  });
  await page.goto(`${server.url}/desk?q=Farrowdale`);
  for (let part = 0; part < 10; part += 1) {
    const spam = page.locator('article.item [data-key="s"]');
    const count = await spam.count();
    for (let at = 0; at < count; at += 1) {
      const item = page.locator('article.item').first();
      const id = await item.getAttribute('id');
      await item.locator('[data-key="s"]').click();
      await page.waitForSelector(`[id="${id}"].done`);
    }
    if (!count) break;
    await page.goto(`${server.url}/desk?q=Farrowdale`);
  }
  assert.deepEqual(seen, []);
  assert.equal(await page.locator('main img, main iframe, main svg, main script').count(), 0);
});
