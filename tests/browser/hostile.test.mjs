// Hostile comments, names, titles, reasons and reports on every page that shows them: the page without scripts, the
// about page, the receipt of a report, the desk, the reader's own comments and the preview in the widget. Once under the
// pages' own policies, once in a browser that ignores policies, where only clean markup helps.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SITE, post, startBlog, tag } from './support/blog.mjs';

const VECTORS = JSON.parse(readFileSync(new URL('../fixtures/xss.json', import.meta.url), 'utf8')).map(({ text }) => text);
const NAME = 'Mal <img src=x onerror=alert(1)> Example';

/** What a comment's text may be made of, and what else our pages put around one. */
const TEXT = 'P BR STRONG EM DEL CODE PRE BLOCKQUOTE UL OL LI A MARK SUP INS DEL'.split(' ');

let world;
let own;
let receipt;
let held;
let shown;
let pageId;
let invitations;
before(async () => {
  world = await startBlog({ policy: ['--hold', 'flagged'] });
  const { server, pages, blog, api } = world;
  const people = join(server.settings.cwd, 'people.txt');
  writeFileSync(people, 'Quentin Farrowdale\n');
  await server.command('people', 'import', '--site', SITE, people);
  const headers = {
    'Content-Security-Policy':
      `default-src 'none'; script-src ${server.url}/embed.js ${server.url}/embed/; connect-src ${server.url}; ` +
      "require-trusted-types-for 'script'; trusted-types hustings",
  };
  for (const path of ['/public', '/held']) pages[path] = { html: post('Hostile', tag(server.url)), headers };

  /** What cannot be a comment is refused as such, and nothing else may fail. */
  const taken = async (text, more) => {
    const id = await world.write(NAME, text, more).catch((error) => assert.match(error.message, /: 422 /, text));
    return id ? [id] : [];
  };
  shown = [];
  for (const text of VECTORS) shown.push(...(await taken(text, { path: '/public' })));
  assert.ok(shown.length > VECTORS.length * 0.8, `${shown.length} of ${VECTORS.length} are public`);
  await server.command('site', 'set', SITE, '--hold', 'all');
  held = [];
  for (const text of VECTORS) held.push(...(await taken(`${text} Quentin Farrowdale ${text}`, { path: '/held', approve: false })));
  assert.ok(held.length > VECTORS.length * 0.8, `${held.length} of ${VECTORS.length} are held`);

  for (const [nth, id] of held.entries()) {
    if (nth % 4 === 0) await world.decide(id, 'reject', { reason: 'off_topic', note: VECTORS[nth].slice(0, 300) });
  }
  for (const [nth, id] of shown.entries()) {
    if (nth % 8) continue;
    const { receipt_url } = await api(`/api/v1/comments/${id}/reports`, { method: 'POST', body: { reason: 'false_about_person', note: VECTORS[nth].slice(0, 400) } });
    receipt ??= receipt_url;
  }
  const { comments } = await api(`/api/v1/desk/comments?site=${SITE}&state=held`, { token: world.token });
  pageId = comments[0].page.id;
  await api(`/api/v1/desk/pages/${pageId}`, { method: 'PATCH', token: world.token, body: { title: '</title><script>alert(2)</script><img src=x onerror=alert(3)>' } });
  own = await world.signIn(NAME);
  invitations = [];
  for (const nth of [1, 2]) {
    const printed = await server.command('moderator', 'invite', `owner${nth}@example.org`, '--site', SITE, '--role', 'owner');
    invitations.push(printed.trim().split('\n').pop());
  }
});
after(() => world?.stop());

/**
 * Everything on the page that a hostile text could have become, through shadow roots: elements within `texts` that no
 * comment has, foreign elements within `around`, handlers, addresses that run. Then touches everything.
 */
function inspect({ texts, around, allowed }) {
  const all = [];
  (function walk(root) {
    for (const element of root.querySelectorAll('*')) {
      all.push(element);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  })(document);
  const foreign = ['IMG', 'IFRAME', 'OBJECT', 'EMBED', 'SVG', 'MATH', 'BASE', 'STYLE', 'SCRIPT', 'VIDEO', 'AUDIO', 'LINK', 'META', 'FORM'];
  const wrong = [];
  let within = 0;
  for (const element of all) {
    const name = element.tagName.toUpperCase();
    if (element.parentElement?.closest(texts)) {
      within += 1;
      if (!allowed.includes(name)) wrong.push(element.outerHTML.slice(0, 200));
    }
    if (element.closest(around) && foreign.includes(name) && name !== 'FORM') wrong.push(element.outerHTML.slice(0, 200));
    for (const { name: attribute, value } of element.attributes) {
      const runs = ['href', 'src', 'action', 'formaction', 'xlink:href', 'srcdoc'].includes(attribute) && /^\s*(javascript|data|vbscript):/i.test(value);
      if (/^on/.test(attribute) || runs) wrong.push(element.outerHTML.slice(0, 200));
    }
    for (const type of ['mouseover', 'focus', 'error', 'load', 'toggle', 'animationstart', 'pointerenter']) element.dispatchEvent(new Event(type));
  }
  return { wrong, within };
}

for (const bypassCSP of [false, true]) {
  test(`hostile texts run nothing anywhere, ${bypassCSP ? 'whatever the policy' : 'under the policies'}`, async () => {
    const { server, blog, browser } = world;
    const context = await browser.newContext({ bypassCSP });
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const seen = [];
      let where = '';
      page.on('dialog', (dialog) => {
        seen.push(`${where}: dialog ${dialog.message()}`);
        dialog.dismiss();
      });
      page.on('pageerror', (error) => seen.push(`${where}: ${error}`));
      page.on('console', (message) => {
        if (/Refused|violates|TrustedHTML|Content Security/i.test(message.text())) seen.push(`${where}: ${message.text()}`);
      });
      page.on('request', (request) => {
        if (![server.url, blog.origin].includes(new URL(request.url()).origin)) seen.push(`${where} asks ${request.url()}`);
      });
      const look = async (what, around, { texts = '.body', least = 1 } = {}) => {
        where = what;
        const { wrong, within } = await page.evaluate(inspect, { texts, around, allowed: TEXT });
        assert.deepEqual(wrong, [], what);
        assert.ok(within >= least, `${what}: ${within} elements of comments were looked at`);
      };

      await page.goto(`${blog.origin}/held`);
      await page.evaluate(([key, value]) => localStorage.setItem(key, value), [`hustings ${server.url} ${SITE} token`, JSON.stringify({ token: own })]);
      await page.reload();
      await page.locator('article').first().waitFor();
      await look('own comments in the widget', 'article', { least: held.length });

      const box = page.locator('form.composer textarea').first();
      for (const text of VECTORS) {
        await box.fill(text);
        await page.getByRole('button', { name: 'Preview' }).first().click();
        await page.locator('form.composer[aria-busy]').waitFor({ state: 'detached' });
        await look('the preview', '.preview', { texts: '.preview', least: 0 });
      }

      const comments = `${server.url}/sites/${SITE}/comments?page=${encodeURIComponent(`${blog.origin}/public`)}`;
      let parts = 0;
      for (let next = comments; next; parts += 1) {
        await page.goto(next);
        await look('the page without scripts', 'article', { least: 10 });
        next = await page.evaluate(() => [...document.querySelectorAll('main a')].find((it) => it.textContent.trim() === 'More comments')?.getAttribute('href'));
        next &&= new URL(next, comments).href;
      }
      assert.ok(parts > 1, 'it has several parts');
      await page.goto(`${server.url}/sites/${SITE}/about`);
      await look('the about page', 'main article', { least: 0 });
      await page.goto(receipt);
      await look('the receipt', 'main article', { least: 0 });

      await page.goto(invitations.pop());
      await page.waitForSelector('.top nav');
      const desk = ['', '?state=all', '?reported=true', '?state=rejected', '?q=Farrowdale', '/pages', `/pages/${pageId}`, `/sites/${SITE}`, `/comments/${held[0]}`, `/comments/${shown[0]}`];
      for (const path of desk) {
        await page.goto(`${server.url}/desk${path}`);
        await look(`the desk’s ${path}`, 'main article', { texts: '.text', least: /^\//.test(path) ? 0 : 1 });
      }
      await page.goto(`${server.url}/desk/try?site=${SITE}`);
      for (const text of VECTORS.slice(0, 30)) {
        await page.fill('textarea', `${text} Quentin Farrowdale`);
        await page.locator('main form button').first().click();
        await page.locator('.tried').first().waitFor();
        await look('try a sentence', '.tried', { texts: '.tried .text', least: 0 });
      }
      assert.deepEqual([...new Set(seen)], []);
    } finally {
      await context.close();
    }
  });
}
