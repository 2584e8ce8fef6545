// The widget under a strict policy: hostile comments through it, and what axe finds on it; and the letters about such
// comments, here because a letter to an author waits a minute, which the other tests fill.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { SITE, post, startBlog, tag } from './support/blog.mjs';
import { htmlOf, letterTo, provoke } from './support/letters.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const VECTORS = JSON.parse(readFileSync(new URL('../fixtures/xss.json', import.meta.url), 'utf8'));

/** What a comment's body may be made of. */
const ALLOWED = new Set('P BR STRONG EM DEL CODE PRE BLOCKQUOTE UL OL LI A'.split(' '));

let world;
let provoked;
before(async () => {
  world = await startBlog();
  provoked = await provoke(world, VECTORS.map(({ text }) => text).filter((text) => !/[\0-\x08]/.test(text)));
});
after(() => world?.stop());

function strict(url) {
  return {
    'Content-Security-Policy':
      `default-src 'none'; script-src ${url}/embed.js ${url}/embed/; connect-src ${url}; ` +
      "require-trusted-types-for 'script'; trusted-types hustings",
  };
}

test('hostile comments run nothing, under a policy that allows the widget alone', async () => {
  const { server, pages } = world;
  pages['/xss'] = { html: post('Hostile', tag(server.url)), headers: strict(server.url) };
  await server.command('site', 'set', SITE, '--hold', 'flagged');
  const ids = [];
  for (const { name, text } of VECTORS) {
    const id = await world.write('Mal Example', text, { path: '/xss' }).catch((error) => {
      assert.match(error.message, /422/, name);
    });
    if (id) ids.push(id);
  }
  assert.ok(ids.length > 30, `${ids.length} of ${VECTORS.length} were taken`);

  const context = await world.browser.newContext();
  const page = await context.newPage();
  const seen = [];
  const asked = new Set();
  page.on('dialog', (dialog) => {
    seen.push(`dialog ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('console', (message) => /Refused|violates|Trusted|error/i.test(message.text()) && seen.push(message.text()));
  page.on('pageerror', (error) => seen.push(String(error)));
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  await page.goto(`${world.blog.origin}/xss`);
  const shown = page.locator('article');
  await shown.first().waitFor();
  for (let more; (more = page.getByRole('button', { name: 'More comments' })) && (await more.count()); ) {
    const before = await shown.count();
    await more.click();
    await page.waitForFunction((n) => document.querySelector('hustings-comments').shadowRoot.querySelectorAll('article').length > n, before);
  }
  assert.equal(await shown.count(), ids.length);

  const found = await page.evaluate((allowed) => {
    const wrong = [];
    const root = document.querySelector('hustings-comments').shadowRoot;
    for (const element of root.querySelectorAll('article .body *')) {
      if (!allowed.includes(element.tagName)) wrong.push(element.outerHTML);
      for (const { name, value } of element.attributes) {
        const fine = element.tagName === 'A' ? ['href', 'rel', 'title', 'target'] : ['class', 'start', 'lang'];
        if (!fine.includes(name) || (name === 'href' && !/^(https?|mailto):/.test(value))) wrong.push(element.outerHTML);
      }
    }
    return wrong;
  }, [...ALLOWED]);
  assert.deepEqual(found, []);
  // Everything that could be touched is.
  await page.evaluate(() => {
    for (const element of document.querySelector('hustings-comments').shadowRoot.querySelectorAll('article .body *')) {
      for (const type of ['mouseover', 'focus', 'error', 'load', 'toggle', 'animationstart']) element.dispatchEvent(new Event(type, { bubbles: true }));
    }
  });
  // The writer's own preview goes the same way.
  const token = await world.signIn('Mal Example');
  await page.evaluate(([key, value]) => localStorage.setItem(key, value), [`hustings ${server.url} ${SITE} token`, JSON.stringify({ token })]);
  await page.reload();
  await page.getByText('Signed in as Mal Example.').waitFor();
  for (const { text } of VECTORS) {
    await page.getByRole('textbox', { name: 'Your comment', exact: true }).fill(text);
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.locator('form.composer[aria-busy]').waitFor({ state: 'detached' });
  }
  assert.deepEqual(seen, []);
  assert.deepEqual([...asked].sort(), [world.blog.origin, server.url].sort());
  await server.command('site', 'set', SITE, '--hold', 'all');
  await context.close();
});

const GROUND = {
  light: 'body { background: #fff; color: #1d2127; font: 1rem/1.5 sans-serif }',
  dark: 'body { background: #15181c; color: #e8e6e1; font: 1rem/1.5 sans-serif } a { color: #9cd }',
};

for (const scheme of ['light', 'dark']) {
  for (const lang of ['en', 'ar-XB']) {
    test(`axe finds nothing: ${scheme}, ${lang}`, async () => {
      const path = `/axe-${scheme}-${lang}`;
      const html = `lang="${lang}" dir="${lang === 'en' ? 'ltr' : 'rtl'}"`;
      world.pages[path] = post('Selection meetings', tag(world.server.url), `<style>${GROUND[scheme]}</style>`, html);
      const first = await world.write('Jo Example', `Who has the key? \`code\`, and\n\n> a quote\n\n(${path})`, { path });
      await world.write('Kit Example', `The caretaker (${path}).`, { path, parent: first });
      const held = await world.write('Jo Example', `This one waits (${path}).`, { path, approve: false });
      const bad = await world.write('Jo Example', `This one is rejected (${path}).`, { path, approve: false });
      await world.decide(bad, 'reject', { reason: 'abusive' });

      const context = await world.browser.newContext({ colorScheme: scheme, bypassCSP: true });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const check = async (what) => {
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html: at, failureSummary }) => `${at}\n${failureSummary}`).join('\n')}`);
        assert.deepEqual(told, [], what);
      };
      await page.goto(world.blog.origin + path);
      await page.addScriptTag({ content: AXE });
      await page.locator('article').nth(1).waitFor();
      await page.locator('.actions button').nth(1).click();
      await page.locator('form.report').waitFor();
      await check('reading, with a report open');
      await page.locator('form.composer textarea').fill('A draft');
      await page.locator('form.composer .primary').click();
      await page.locator('input.email').waitFor();
      await page.locator('form.composer .primary').click();
      await page.locator('form.composer [role=alert]:not([hidden])').waitFor();
      await check('who is writing, with an error');
      await page.locator('input.name').fill('Lou Example');
      await page.locator('input.email').fill('lou@example.org');
      await page.locator('form.composer .primary').click();
      await page.locator('input.code').waitFor();
      await check('the code');

      const token = await world.signIn('Jo Example');
      await page.evaluate(([key, value]) => {
        localStorage.clear();
        localStorage.setItem(key, value);
      }, [`hustings ${world.server.url} ${SITE} token`, JSON.stringify({ token })]);
      await page.reload();
      await page.addScriptTag({ content: AXE });
      await page.locator(`article[data-id="${held}"] .state`).waitFor();
      await page.locator('article.rejected .state').waitFor();
      await page.locator(`article[data-id="${held}"] .mine`).first().click();
      await page.locator('form.composer').nth(1).waitFor();
      await check('own comments, with an edit open');
      await context.close();
    });
  }
}

test('hostile letters run nothing and ask nobody', async () => {
  const context = await world.browser.newContext();
  const page = await context.newPage();
  const seen = [];
  page.on('dialog', (dialog) => {
    seen.push(`dialog ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('pageerror', (error) => seen.push(String(error)));
  page.on('request', (request) => seen.push(request.url()));
  let text = '';
  async function look(letter) {
    await page.setContent(htmlOf(letter)); // scripts on and no policy: worse than any mail program
    const found = await page.evaluate(() => {
      const plain = ['DIV', 'P', 'A', 'BDI', 'STRONG', 'SPAN', 'TABLE', 'TBODY', 'TR', 'TD', 'H1'];
      const wrong = [...document.head.querySelectorAll('script, base, link, style + style')].map((it) => it.outerHTML);
      for (const element of document.querySelectorAll('body *')) {
        const names = element.getAttributeNames();
        if (!plain.includes(element.tagName) || names.some((name) => /^on|src|action/.test(name))) wrong.push(element.outerHTML.slice(0, 200));
        if (element.tagName === 'A' && !/^https?:/.test(element.getAttribute('href'))) wrong.push(element.outerHTML);
        element.dispatchEvent(new Event('click', { bubbles: false }));
      }
      return wrong;
    });
    assert.deepEqual(found, []);
    text += await page.evaluate(() => document.body.textContent);
  }
  for (const [nth, part] of provoked.parts.entries()) {
    await look(await letterTo(world, `moderator${nth}@example.org`));
    const last = part.trim().split('\n').pop().trim();
    assert.ok(text.includes(last), `the letter shows the whole text, to ${last}`);
  }
  assert.ok(text.includes('<img src=x onerror=alert(1)>'), 'the name is text');
  await look(await letterTo(world, 'writer0@example.org', 90));
  assert.ok(text.includes('</title><script>alert(2)</script>'), 'the title is text');
  assert.deepEqual(seen, []);
  await context.close();
});
