// Signing in with an account elsewhere, as a reader meets it on a blog: in a window of its own, and where there can be none.
// Cookies of third parties are blocked throughout.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { SITE, post, startBlog, tag } from './support/blog.mjs';
import { startProvider } from './support/provider.mjs';

let world;
let provider;
before(async () => {
  provider = await startProvider();
  world = await startBlog({ args: ['--test-third-party-cookie-phaseout'], environment: provider.environment });
});
after(async () => {
  await world?.stop();
  await provider?.close();
});
afterEach(() => Object.assign(provider, { alone: false, fault: null }));

/** A page with the widget at `path`, in a browser that nobody has used. */
async function open(path, { headers, script } = {}) {
  const html = post('Selection meetings', tag(world.server.url));
  world.pages[path] = headers ? { html, headers } : html;
  const context = await world.browser.newContext();
  if (script) await context.addInitScript(script);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.redeemed = [];
  context.on('request', (request) => {
    if (request.url().endsWith('/api/v1/sign-in/token')) page.redeemed.push(request.postDataJSON());
  });
  await page.goto(world.blog.origin + path);
  return page;
}

const box = (page) => page.getByRole('textbox', { name: 'Your comment', exact: true });

const away = (page) => page.locator('p.hint', { hasText: 'Go on in the other window.' });

/** Writes a comment, presses Post, and is asked who it is by. */
async function write(page, text) {
  await box(page).fill(text);
  await page.getByRole('button', { name: 'Post', exact: true }).click();
  await page.getByRole('button', { name: 'Sign in with Orchard' }).waitFor();
}

/** Presses the provider's button, and gives the window that opens. */
async function leave(page) {
  const opens = page.waitForEvent('popup');
  await page.getByRole('button', { name: 'Sign in with Orchard' }).click();
  const popup = await opens;
  popup.setDefaultTimeout(15_000);
  return popup;
}

/** At the provider, and on the page that asks whether to go on. */
async function agree(page, name) {
  await page.getByRole('link', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'Continue to Ward News' }).waitFor();
  await page.getByText('localhost', { exact: true }).waitFor();
  if (name) await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
}

async function held(text) {
  const queue = await world.api(`/api/v1/desk/comments?site=${SITE}&state=held`, { token: world.token });
  return queue.comments.filter(({ body }) => body === text).length;
}

test('in a window: signed in, posted once, and the window closed', async () => {
  provider.person = { id: 'p-popup', name: 'Mira Example' };
  const page = await open('/popup');
  await write(page, 'Written before the window opened.');
  const popup = await leave(page);
  await away(page).waitFor();
  await popup.getByRole('heading', { name: 'Orchard' }).waitFor();
  const closes = popup.waitForEvent('close');
  await agree(popup, 'Mira');
  await closes;
  await page.getByText('Waiting for a moderator. Only you can see this.').waitFor();
  await page.getByText('Signed in as Mira.').waitFor();
  assert.equal(await held('Written before the window opened.'), 1);
  assert.equal(page.redeemed.length, 1);
  assert.equal(await page.evaluate(() => location.hash), '');
  // The next time the way that was used stands first, and says so.
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: 'Sign in with Orchard used last time' }).waitFor();
  await page.context().close();
});

test('from “Sign in” alone nothing is posted', async () => {
  provider.person = { id: 'p-alone', name: 'Ben Example' };
  const page = await open('/alone');
  await box(page).fill('Not yet.');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const popup = await leave(page);
  await agree(popup, 'Ben');
  await page.getByText('Signed in as Ben.').waitFor();
  assert.equal(await box(page).inputValue(), 'Not yet.');
  assert.equal(await held('Not yet.'), 0);
  await page.context().close();
});

test('where windows are blocked the page goes there itself, and comes back', async () => {
  provider.person = { id: 'p-blocked', name: 'Cy Example' };
  // What browsers answer to a page that may open none.
  const page = await open('/blocked', { script: () => (window.open = () => null) });
  await write(page, 'Written where windows are blocked.');
  await page.getByRole('button', { name: 'Sign in with Orchard' }).click();
  await agree(page, 'Cy');
  await page.waitForURL(`${world.blog.origin}/blocked`);
  await page.getByText('Waiting for a moderator. Only you can see this.').waitFor();
  assert.equal(await held('Written where windows are blocked.'), 1);
  assert.equal(await page.evaluate(() => location.href), `${world.blog.origin}/blocked`);
  await page.context().close();
});

test('a blog that cuts its windows off goes there itself', async () => {
  provider.person = { id: 'p-cut', name: 'Di Example' };
  const page = await open('/cut-off', { headers: { 'Cross-Origin-Opener-Policy': 'same-origin' } });
  await write(page, 'Written on a page that wants to be alone.');
  await page.getByRole('button', { name: 'Sign in with Orchard' }).click();
  await page.waitForURL(/\/authorize/, { timeout: 15_000 });
  await agree(page, 'Di');
  await page.getByText('Waiting for a moderator. Only you can see this.').waitFor();
  assert.equal(await held('Written on a page that wants to be alone.'), 1);
  await page.context().close();
});

test('a provider that cuts the window off: the window goes to the page, and the tab left behind notices', async () => {
  provider.alone = true;
  provider.person = { id: 'p-coop', name: 'Ed Example' };
  const page = await open('/coop');
  await write(page, 'Written before the tie was cut.');
  const popup = await leave(page);
  await agree(popup, 'Ed');
  await popup.waitForURL(`${world.blog.origin}/coop`);
  await popup.getByText('Waiting for a moderator. Only you can see this.').waitFor();
  await page.getByText('Signed in as Ed.').first().waitFor();
  await page.getByText('Waiting for a moderator. Only you can see this.').waitFor();
  assert.equal(await box(page).inputValue(), '', 'the text that was posted is no draft any more');
  assert.equal(await held('Written before the tie was cut.'), 1);
  await page.context().close();
});

test('a window that was closed can be cancelled here, and the text stays', async () => {
  const page = await open('/cancelled');
  await write(page, 'Written, and thought better of.');
  const popup = await leave(page);
  await popup.getByRole('link', { name: 'Allow' }).waitFor();
  await popup.close();
  // That it is closed is no verdict: it looks the same where a provider cut it off.
  await away(page).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: /Sign in with Orchard/ }).waitFor();
  assert.equal(await box(page).inputValue(), 'Written, and thought better of.');
  await page.context().close();
});

test('messages of other windows and origins are ignored', async () => {
  const page = await open('/forged');
  await write(page, 'Written beside a forger.');
  const popup = await leave(page);
  await popup.getByRole('link', { name: 'Allow' }).waitFor();
  const request = await page.evaluate(() => {
    const key = Object.keys(localStorage).find((name) => name.endsWith(' flow'));
    return JSON.parse(localStorage.getItem(key)).request_id;
  });
  const forged = { hustings: 'code', request, code: 'hsc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' };
  // The page's own window, a frame of its origin, and one of none.
  await page.evaluate((message) => window.postMessage(message, '*'), forged);
  for (const kind of ['srcdoc', 'src']) {
    await page.evaluate(
      async ([message, attribute]) => {
        const frame = document.createElement('iframe');
        const markup = `<script>parent.postMessage(${JSON.stringify(message)}, '*')</` + 'script>';
        frame[attribute] = attribute === 'src' ? `data:text/html,${encodeURIComponent(markup)}` : markup;
        document.body.append(frame);
        await new Promise((loaded) => (frame.onload = loaded));
      },
      [forged, kind],
    );
  }
  // The right window, gone to another origin.
  await popup.evaluate((message) => window.opener.postMessage(message, '*'), forged);
  await page.waitForTimeout(500);
  assert.deepEqual(page.redeemed, []);
  await away(page).waitFor();
  await page.context().close();
});

test('a code that was planted in the address is taken out and ignored', async () => {
  const fragment = '#hustings_code=hsc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&hustings_request=6fd2a8c1-3b0e-4c52-9c55-000000000001';
  const page = await open('/planted');
  await box(page).waitFor();
  await page.evaluate((hash) => (location.hash = hash), fragment);
  await page.waitForFunction(() => location.hash === '');
  await page.goto('about:blank');
  await page.goto(`${world.blog.origin}/planted${fragment}`);
  await box(page).waitFor();
  await page.waitForTimeout(300);
  assert.equal(await page.evaluate(() => location.hash), '');
  // Also while a sign-in of the reader's own is under way.
  await write(page, 'Mine.');
  await leave(page);
  await page.goto('about:blank');
  await page.goto(`${world.blog.origin}/planted${fragment}`);
  await box(page).waitFor();
  await page.waitForTimeout(300);
  assert.deepEqual(page.redeemed, []);
  assert.equal(await box(page).inputValue(), 'Mine.');
  await page.context().close();
});

test('refused, broken or down: a page that says so, and the text is kept', async () => {
  const page = await open('/failures');
  await write(page, 'Kept through all of it.');
  const popup = await leave(page);
  await popup.getByRole('link', { name: 'Refuse' }).click();
  await popup.getByText('Orchard did not let you in').waitFor();
  for (const [fault, sentence] of [['html', 'answered something'], ['json', 'answered something'], ['500', 'answered something'], ['slow', 'took too long']]) {
    provider.fault = fault;
    await popup.getByRole('link', { name: 'Try again' }).click();
    await popup.getByRole('link', { name: 'Allow' }).click({ timeout: 15_000 });
    await popup.getByText(sentence).waitFor({ timeout: 30_000 });
  }
  provider.fault = null;
  const closes = popup.waitForEvent('close');
  await popup.getByRole('link', { name: 'Back to the page' }).click();
  await closes;
  await page.getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await box(page).inputValue(), 'Kept through all of it.');
  await page.context().close();
});

test('without scripts: the same providers, the same text, posted at the end', async () => {
  provider.person = { id: 'p-plain', name: 'Flo Example' };
  const context = await world.browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`${world.server.url}/sites/${SITE}/comments?page=${encodeURIComponent(`${world.blog.origin}/plain`)}`);
  await page.getByLabel('Your comment').fill('Written without scripts.');
  await page.getByRole('button', { name: 'Post' }).click();
  await page.getByRole('button', { name: 'Sign in with Orchard' }).click();
  await page.getByRole('link', { name: 'Allow' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Flo');
  await page.getByRole('button', { name: 'Continue, and post my comment' }).click();
  await page.getByText('Waiting for a moderator. Only you can see this.').waitFor();
  assert.equal(await held('Written without scripts.'), 1);
  await context.close();
});
