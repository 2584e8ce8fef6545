#!/usr/bin/env node
// Pictures of the widget inside three unlike pages, for somebody's eyes: widget-shots.mjs [FOLDER], `shots` by default.
import { mkdirSync } from 'node:fs';
import { SITE, post, startBlog, tag } from './support/blog.mjs';

const folder = process.argv[2] ?? 'shots';
mkdirSync(folder, { recursive: true });

const HOSTS = {
  serif: `body { margin: 0; background: #fdfbf5; color: #2b2620; font: 19px/1.6 Georgia, 'Noto Serif', serif }
    main { max-width: 38rem; margin: 2rem auto; padding: 0 1.2rem } h1 { font-weight: 400; font-size: 2.2rem }
    @media (prefers-color-scheme: dark) { body { background: #1b1916; color: #e4ddd0 } }`,
  dark: `html { background: #0d1117; color: #c9d1d9; font: 15px/1.5 system-ui, sans-serif } body { margin: 0 }
    main { max-width: 52rem; margin: 0 auto; padding: 2rem 1rem } h1 { color: #58a6ff }
    hustings-comments { --hustings-accent: #58a6ff; --hustings-on-accent: #0d1117 }`,
  rude: `* { all: unset; box-sizing: border-box; line-height: 1; letter-spacing: 3px; text-transform: uppercase; text-align: center }
    button, input, textarea { background: red !important; font-size: 9px !important; border: 5px dotted lime !important }
    head, style, script, title, meta { display: none } body, main, h1, p { display: block; text-align: left; letter-spacing: 0; text-transform: none; line-height: 1.4 }
    body { font-family: sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem }`,
};

const world = await startBlog();
const { server, pages, browser, blog } = world;

async function fill(path) {
  const first = await world.write('Ada Example', 'The room in the **old school** holds sixty. Last year there were more of us than chairs.\n\nWho asks for a bigger one?', { path });
  const second = await world.write('Ben Oyelaran-Example', 'I did, twice. The answer was:\n\n> The hall is let on Tuesdays until June.', { path, parent: first });
  const third = await world.write('Ada Example', 'Then move it to Wednesday. See https://example.org/hall for when it is free.', { path, parent: second });
  await world.write('Cy Example', 'Wednesday suits me.', { path, parent: third });
  await world.write('Dot Example', 'Will the list of members be read out again? I should like to know who may see it, and who keeps it afterwards.', { path });
  const held = await world.write('Ada Example', 'I have asked the ward secretary for the list.', { path, approve: false });
  const bad = await world.write('Ada Example', 'Never trust a caretaker with a key!', { path, approve: false });
  await world.decide(bad, 'reject', { reason: 'abusive' });
  return { held, bad };
}

for (const [host, css] of Object.entries(HOSTS)) {
  const path = `/${host}`;
  pages[path] = post('Selection meetings are set for twenty wards', tag(server.url, host === 'rude' ? 'theme="system"' : ''), `<style>${css}</style>`);
  await fill(path);
  for (const width of [390, 1280]) {
    for (const colorScheme of host === 'dark' ? ['dark'] : ['light', 'dark']) {
      const context = await browser.newContext({
        viewport: { width, height: 800 }, colorScheme, hasTouch: width < 500, isMobile: width < 500, deviceScaleFactor: width < 500 ? 2 : 1,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const shot = (name) => page.screenshot({ path: `${folder}/${host}-${width}-${colorScheme}-${name}.png`, fullPage: true });
      await page.goto(blog.origin + path);
      await page.locator('article').nth(4).waitFor();
      await page.locator('form.composer textarea').fill('Could the meeting be on a Wednesday?');
      await shot('1-read');
      await page.locator('form.composer .primary').click();
      await page.locator('input.name').fill('Eve Example');
      await page.locator('input.email').fill('eve@gmial.com');
      await page.locator('input.email').blur();
      await shot('2-who');
      await page.locator('input.email').fill(`eve.${host}.${width}.${colorScheme}@example.org`);
      await page.locator('form.composer .primary').click();
      await page.locator('input.code').waitFor();
      await page.waitForTimeout(1500);
      await shot('3-code');
      await page.evaluate(([key, value]) => { localStorage.clear(); localStorage.setItem(key, value); },
        [`hustings ${server.url} ${SITE} token`, JSON.stringify({ token: await world.signIn('Ada Example') })]);
      await page.reload();
      await page.locator('article.rejected .state').waitFor();
      await page.locator('.actions button').nth(1).click();
      await shot('4-own-and-report');
      await context.close();
    }
  }
}
pages['/rtl'] = post('Selection meetings', tag(server.url), `<style>${HOSTS.serif}</style>`, 'lang="ar-XB" dir="rtl"');
await fill('/rtl');
const context = await browser.newContext({ viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
const page = await context.newPage();
await page.goto(`${blog.origin}/rtl`);
await page.locator('article').nth(4).waitFor();
await page.screenshot({ path: `${folder}/rtl-390.png`, fullPage: true });
await world.stop();
