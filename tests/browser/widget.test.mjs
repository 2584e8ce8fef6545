// The widget as a reader meets it: on a blog that is another site than the server's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SITE, post, startBlog, tag } from './support/blog.mjs';

let world;
before(async () => {
  world = await startBlog({ args: ['--host-resolver-rules=MAP plain.example.org 127.0.0.1'] });
});
after(() => world?.stop());

/** A page of a browser that nobody has used, at `path`; a message on its console that is an error fails the test. */
async function open(path = '/post', options = {}) {
  const context = await world.browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.errors = [];
  // A browser asks for an icon by itself, once, whichever page is the first.
  const icon = (message) => message.location().url.endsWith('/favicon.ico');
  page.on('console', (message) => message.type() === 'error' && !icon(message) && page.errors.push(message.text()));
  page.on('pageerror', (error) => page.errors.push(String(error)));
  await page.goto(world.blog.origin + path);
  return page;
}

const box = (page) => page.getByRole('textbox', { name: 'Your comment', exact: true });

/** Writes a comment and presses Post. */
async function write(page, text) {
  await box(page).fill(text);
  await page.getByRole('button', { name: 'Post', exact: true }).click();
}

async function introduce(page, name, email) {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Email address', { exact: true }).fill(email);
  await page.getByRole('button', { name: 'Email me a code' }).click();
}

async function enterCode(page, email, nth) {
  await page.getByLabel('Code (8 digits)').fill(await world.code(email, nth));
  await page.getByRole('button', { name: 'Post', exact: true }).click();
}

/** What is on the page for somebody who reads without an account. */
async function publicBodies(path = '/post') {
  const part = await world.api(`/api/v1/sites/${SITE}/comments?page=${encodeURIComponent(world.blog.origin + path)}`);
  return part.comments.map(({ html }) => html.replace(/<[^>]+>/g, '').trim());
}

async function queue() {
  return (await world.api(`/api/v1/desk/comments?site=${SITE}&state=held`, { token: world.token })).comments;
}

function page(path, attributes = '', head = '') {
  world.pages[path] = post('Selection meetings', tag(world.server.url, attributes), head);
}

test('read, write, code, post, held, approved, public', async () => {
  page('/journey');
  const reader = await open('/journey');
  const asked = new Set();
  reader.on('request', (request) => asked.add(new URL(request.url()).origin));
  await reader.reload();
  await reader.getByRole('heading', { name: 'No comments yet' }).waitFor();
  assert.equal(await reader.getByRole('link', { name: 'Comments', exact: true }).isVisible(), false, 'the fallback is gone');

  await write(reader, 'The *old* school is closed on Tuesdays.');
  await introduce(reader, 'Ada Example', 'ada@gmial.com');
  await reader.getByRole('button', { name: 'Wrong address? Change it' }).click();
  await reader.getByRole('button', { name: 'Did you mean ada@gmail.com?' }).click();
  assert.equal(await reader.getByLabel('Email address', { exact: true }).inputValue(), 'ada@gmail.com');
  await introduce(reader, 'Ada Example', 'ada@example.org');
  await reader.locator('.address', { hasText: 'ada@example.org' }).waitFor();
  await reader.getByRole('button', { name: /Send again in \d+ seconds/ }).waitFor();
  await reader.getByLabel('Code (8 digits)').fill('0000 0000');
  await reader.getByRole('button', { name: 'Post', exact: true }).click();
  await reader.getByText('This is not the code from our newest email.').waitFor();
  await enterCode(reader, 'ada@example.org');
  await reader.getByText('Waiting for a moderator. Only you can see this.').waitFor();
  assert.equal(await reader.locator('article em').innerText(), 'old');
  await reader.getByText('Signed in as Ada Example.').waitFor();

  const stranger = await open('/journey');
  await stranger.getByRole('heading', { name: 'No comments yet' }).waitFor();
  assert.equal(await stranger.locator('article').count(), 0);

  const [{ id }] = await queue();
  await world.decide(id, 'approve');
  await Promise.all([reader.reload(), stranger.reload()]);
  await stranger.getByRole('heading', { name: '1 response to “Selection meetings”' }).waitFor();
  await stranger.getByText('The old school is closed on Tuesdays.').waitFor();
  await reader.getByText('The old school is closed on Tuesdays.').waitFor();
  await reader.getByRole('button', { name: 'Edit your comment' }).waitFor();
  assert.equal(await reader.getByText('Waiting for a moderator').count(), 0);

  assert.deepEqual([...asked].sort(), [world.blog.origin, world.server.url].sort(), 'nobody else is asked');
  assert.deepEqual(await reader.context().cookies(), []);
  assert.deepEqual(stranger.errors, []);
  // Signed out, the browser keeps nothing of who it was.
  await reader.getByRole('button', { name: 'Sign out' }).click();
  await reader.getByRole('button', { name: 'Sign in' }).waitFor();
  const kept = await reader.evaluate(() => JSON.stringify(localStorage));
  assert.ok(!/token|@|Example/.test(kept), kept);
  await reader.context().close();
  await stranger.context().close();
});

test('a tab that is dropped between request and code opens at the code again', async () => {
  page('/dropped');
  const first = await open('/dropped');
  await write(first, 'Written on a phone.');
  await introduce(first, 'Ben Example', 'ben@example.org');
  await first.getByLabel('Code (8 digits)').waitFor();
  const second = await first.context().newPage();
  await first.close();
  await second.goto(`${world.blog.origin}/dropped`);
  await second.locator('.address', { hasText: 'ben@example.org' }).waitFor();
  assert.equal(await box(second).inputValue(), 'Written on a phone.');
  await enterCode(second, 'ben@example.org');
  await second.getByText('Waiting for a moderator. Only you can see this.').waitFor();
  assert.equal((await queue()).filter(({ body }) => body === 'Written on a phone.').length, 1);
  await second.context().close();
});

test('the network is cut during the send: said so, tried again, posted once', async () => {
  page('/cut');
  const reader = await open('/cut');
  await write(reader, 'Sent through a tunnel.');
  await introduce(reader, 'Cy Example', 'cy@example.org');
  const sends = [];
  await reader.route(`**/api/v1/sites/${SITE}/comments`, async (route) => {
    sends.push(route.request().headers()['idempotency-key']);
    if (sends.length === 1) await route.abort(); // It never arrives.
    else if (sends.length === 2) {
      await route.fetch(); // It arrives, and the answer is lost.
      await route.abort();
    } else await route.continue();
  });
  await enterCode(reader, 'cy@example.org');
  await reader.getByText('Not sent. Your text is saved in this browser.').waitFor();
  // The text outlives the page.
  await reader.reload();
  assert.equal(await box(reader).inputValue(), 'Sent through a tunnel.');
  await reader.getByRole('button', { name: 'Post', exact: true }).click();
  await reader.getByText('Not sent. Your text is saved in this browser.').waitFor();
  await reader.getByRole('button', { name: 'Try again' }).click();
  await reader.getByText('Waiting for a moderator. Only you can see this.').waitFor();
  assert.equal(sends.length, 3);
  assert.equal(new Set(sends).size, 1, 'one key');
  assert.equal((await queue()).filter(({ body }) => body === 'Sent through a tunnel.').length, 1);
  assert.equal(await box(reader).inputValue(), '');
  await reader.context().close();
});

test('by keyboard alone, from the tag to the waiting comment and a reply', async () => {
  page('/keys');
  const asked = await world.write('Dot Example', 'Who has the key of the hall?', { path: '/keys' });
  const reader = await open('/keys');
  await reader.getByRole('heading', { name: '1 response' }).waitFor();
  const name = () =>
    reader.evaluate(() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return at?.getAttribute('aria-label') || at?.labels?.[0]?.textContent || at?.textContent || '';
    });
  /** Presses Tab until what has this name has the focus. */
  const tabTo = async (wanted) => {
    for (let n = 0; n < 30; n += 1) {
      await reader.keyboard.press('Tab');
      if ((await name()) === wanted) return;
    }
    assert.fail(`${wanted} is not reached`);
  };
  await tabTo('Reply to Dot Example');
  await reader.keyboard.press('Enter');
  assert.equal(await name(), 'Your reply to Dot Example', 'the focus is in the box');
  await reader.keyboard.type('The caretaker has it.');
  await tabTo('Post');
  await reader.keyboard.press('Enter');
  await reader.waitForFunction(() => document.querySelector('hustings-comments').shadowRoot.activeElement?.matches('input.name'));
  await reader.keyboard.type('Eve Example');
  await reader.keyboard.press('Tab');
  await reader.keyboard.type('eve@example.org');
  await reader.keyboard.press('Enter');
  await reader.waitForFunction(() => document.querySelector('hustings-comments').shadowRoot.activeElement?.matches('input.code'));
  await reader.keyboard.type(await world.code('eve@example.org'));
  await reader.keyboard.press('Enter');
  await reader.getByText('Waiting for a moderator. Only you can see this.').waitFor();
  assert.match(await name(), /^Eve Example.*The caretaker has it\./s, 'the new comment has the focus');
  const reply = (await queue()).find(({ body }) => body === 'The caretaker has it.');
  assert.equal(reply.parent_id, asked);
  await reader.context().close();
});

test('edit, rejected with its reason, withdrawn', async () => {
  page('/own');
  const reader = await open('/own');
  await write(reader, 'First words.');
  await introduce(reader, 'Fay Example', 'fay@example.org');
  await enterCode(reader, 'fay@example.org');
  await reader.getByRole('button', { name: 'Edit your comment' }).click();
  await reader.getByRole('textbox', { name: 'Edit your comment' }).fill('Second words.');
  await reader.getByRole('button', { name: 'Save' }).click();
  await reader.locator('article', { hasText: 'Second words.' }).waitFor();
  const held = (await queue()).find(({ body }) => body === 'Second words.');
  await world.decide(held.id, 'approve', { revision: held.revision });
  await reader.reload();

  // An edit of what is public waits beside it.
  await reader.getByRole('button', { name: 'Edit your comment' }).click();
  await reader.getByRole('textbox', { name: 'Edit your comment' }).fill('Third words.');
  await reader.locator('li form').getByRole('button', { name: 'Preview' }).click();
  await reader.locator('li form .preview', { hasText: 'Third words.' }).waitFor();
  await reader.getByRole('button', { name: 'Save' }).click();
  await reader.getByText('Your new text is waiting for a moderator.').waitFor();
  await reader.locator('article > .preview', { hasText: 'Third words.' }).waitFor();
  // What the public reads stays the comment's text, for its author as well, and nobody says that it is posted.
  assert.equal((await reader.locator('article > .body').allTextContents()).map((text) => text.trim()).join(), 'Second words.');
  await reader.locator('[role="status"]', { hasText: 'waiting for a moderator' }).waitFor({ state: 'attached' });
  assert.deepEqual(await publicBodies('/own'), ['Second words.']);

  await box(reader).fill('Something else entirely.');
  await reader.getByRole('button', { name: 'Post', exact: true }).click();
  await reader.locator('article', { hasText: 'Something else entirely.' }).waitFor();
  const other = (await queue()).find(({ body }) => body === 'Something else entirely.');
  await world.decide(other.id, 'reject', { reason: 'off_topic' });
  await reader.reload();
  const rejected = reader.locator('article.rejected');
  await rejected.getByText('Not published. Only you can see this. Reason: It is not about the subject of the page.').waitFor();
  await rejected.getByRole('button', { name: 'Edit and send again' }).click();
  assert.equal(await box(reader).inputValue(), 'Something else entirely.');
  await reader.getByRole('button', { name: 'Discard' }).waitFor({ state: 'hidden' });

  await rejected.getByRole('button', { name: 'Withdraw your comment' }).click();
  await rejected.getByRole('button', { name: 'Yes, withdraw' }).click();
  await rejected.waitFor({ state: 'detached' });
  await reader.reload();
  await reader.locator('article', { hasText: 'Second words.' }).waitFor();
  await reader.getByText('Your new text is waiting for a moderator.').waitFor();
  assert.equal(await reader.locator('article.rejected').count(), 0);
  // The draft is still there, and can be discarded.
  await reader.getByRole('button', { name: 'Discard' }).click();
  assert.equal(await box(reader).inputValue(), '');
  assert.deepEqual(reader.errors, []);
  await reader.context().close();
});

test('report, with a receipt', async () => {
  page('/report');
  const id = await world.write('Gus Example', 'Buy my boats.', { path: '/report' });
  const reader = await open('/report');
  await reader.getByRole('button', { name: 'Report the comment by Gus Example' }).click();
  await reader.getByLabel('Something else').check();
  await reader.getByRole('button', { name: 'Send the report' }).click();
  await reader.getByText('Please say what is wrong.').waitFor();
  await reader.getByLabel('What is wrong with it?').fill('It sells boats.');
  await reader.getByRole('button', { name: 'Send the report' }).click();
  const receipt = reader.getByRole('link', { name: 'Keep this link to see what becomes of your report' });
  await receipt.waitFor();
  assert.ok((await receipt.getAttribute('href')).startsWith(`${world.server.url}/`));
  const [reported] = (await world.api(`/api/v1/desk/comments?site=${SITE}&reported=true`, { token: world.token })).comments;
  assert.equal(reported.id, id);
  await reader.context().close();
});

test('permalinks, more comments, too long a text', async () => {
  page('/many');
  await world.server.command('site', 'set', SITE, '--hold', 'flagged');
  const ids = [];
  for (let n = 1; n <= 53; n += 1) ids.push(await world.write('Hal Example', `Remark ${n} about the hall.`, { path: '/many' }));
  const held = await world.write('Hal Example', 'Not yet read by anybody: https://example.org/x', { path: '/many', approve: false });
  await world.server.command('site', 'set', SITE, '--hold', 'all');

  const reader = await open('/many');
  await reader.getByRole('heading', { name: '53 responses' }).waitFor();
  assert.equal(await reader.locator('article').count(), 50);
  await reader.getByRole('button', { name: 'More comments' }).click();
  await reader.getByText('Remark 53 about').waitFor();
  assert.equal(await reader.locator('article').count(), 53);
  const focused = await reader.evaluate(() => document.querySelector('hustings-comments').shadowRoot.activeElement.dataset.id);
  assert.equal(focused, ids[50], 'the first new one has the focus');
  assert.equal(await reader.getByRole('button', { name: 'More comments' }).count(), 0);

  const linked = await open(`/many#hustings-${ids[51]}`);
  await linked.locator('article.target', { hasText: 'Remark 52 about' }).waitFor();
  assert.ok(await linked.locator('article.target').evaluate((article) => article.getBoundingClientRect().top < innerHeight));
  await linked.getByRole('button', { name: 'Show all comments' }).click();
  await linked.getByText('Remark 1 about').waitFor();
  const missing = await open(`/many#hustings-${held}`);
  await missing.locator('.notice', { hasText: 'This comment is not public.' }).waitFor();
  await missing.getByText('Remark 1 about').waitFor();

  await box(reader).fill('ß'.repeat(16 * 512 + 600));
  await reader.getByText('600 characters too long').waitFor();
  for (const one of [reader, linked]) assert.deepEqual(one.errors, []);
  await Promise.all([reader, linked, missing].map((one) => one.context().close()));
});

test('counts', async () => {
  for (const n of [1, 2, 3]) await world.write(`Reader ${n}`, `Number ${n}.`, { path: '/three' });
  world.pages['/index'] = post(
    'All posts',
    `<a id="a" href="/many#comments" data-hustings-count data-one="# response" data-other="# responses"></a>
     <a id="b" href="/empty" data-hustings-count></a>
     <a id="pl" lang="pl" href="/three#comments" data-hustings-count data-one="# komentarz" data-few="# komentarze" data-many="# komentarzy" data-other="# komentarza"></a>
     <a id="none" href="/empty" data-hustings-count data-zero="No responses" data-other="# responses"></a>
     <a id="odd" lang="no language" href="/three" data-hustings-count data-few="few" data-other="# responses"></a>
     <script async src="${world.server.url}/embed/counts.js" data-site="${SITE}"></script>`,
  );
  const reader = await open('/index');
  await reader.locator('#b', { hasText: '0' }).waitFor();
  assert.match(await reader.locator('#a').innerText(), /^\d+ responses$/);
  assert.equal(await reader.locator('#pl').innerText(), '3 komentarze');
  assert.equal(await reader.locator('#none').innerText(), 'No responses');
  assert.equal(await reader.locator('#odd').innerText(), '3 responses');
  await reader.context().close();
});

test('where nobody can write, the widget reads and says why', async () => {
  page('/read');
  await world.write('Ida Example', 'Readable everywhere.', { path: '/read' });
  const canonical = `<link rel="canonical" href="${world.blog.origin}/read">`;
  page('/read', '', canonical);
  const port = new URL(world.blog.origin).port;

  for (const [origin, why] of [
    [`http://127.0.0.1:${port}`, /the address of this page is not on the site’s list/],
    [`http://plain.example.org:${port}`, /this page is not encrypted/],
  ]) {
    const context = await world.browser.newContext();
    const reader = await context.newPage();
    const said = [];
    reader.on('console', (message) => said.push(message.text()));
    await reader.goto(`${origin}/read`);
    await reader.getByText('Readable everywhere.').waitFor();
    await reader.getByText(why).waitFor();
    assert.equal(await reader.locator('textarea').count(), 0);
    const elsewhere = await reader.getByRole('link', { name: 'Write on the comments page instead' }).getAttribute('href');
    assert.equal(elsewhere, `${world.server.url}/sites/${SITE}/comments?page=${encodeURIComponent(`${world.blog.origin}/read`)}`);
    if (origin.includes('127.0.0.1')) {
      const command = `hustings site origin add ${SITE} ${origin}`;
      for (let n = 0; n < 100 && !said.some((text) => text.includes(command)); n += 1) await reader.waitForTimeout(50);
      assert.ok(said.some((text) => text.includes(command)), said.join('\n'));
    }
    await context.close();
  }
});

test('a div does as well, with heading level and language', async () => {
  world.pages['/div'] = post(
    'Selection meetings',
    `<script type="module" src="${world.server.url}/embed.js"></script>
     <div data-hustings="${SITE}" data-heading-level="3" data-lang="ar-XB"><a href="#">Comments</a></div>`,
  );
  const reader = await open('/div');
  await reader.locator('section[dir=rtl] h3').waitFor();
  await reader.context().close();
});

test('a change whose sign-in was cut off never posts the draft in the main box', async () => {
  page('/edit-dropped');
  const id = await world.write('Jo Example', 'As it stands.', { path: '/edit-dropped' });
  const reader = await open('/edit-dropped');
  const key = `hustings ${world.server.url} ${SITE} `;
  await reader.evaluate(([name, token]) => localStorage.setItem(name, JSON.stringify({ token })), [`${key}token`, await world.signIn('Jo Example')]);
  await reader.reload();
  await box(reader).fill('An unfinished thought.');
  await reader.getByRole('button', { name: 'Edit your comment' }).click();
  await reader.getByRole('textbox', { name: 'Edit your comment' }).fill('As it should stand.');
  await reader.evaluate((name) => localStorage.removeItem(name), `${key}token`);
  await reader.evaluate(
    ([name, page, slot]) =>
      localStorage.setItem(
        name,
        JSON.stringify({ page, slot, request_id: 'x', verifier: 'x', email: 'jo@example.org', name: 'Jo', at: Date.now(), post: true }),
      ),
    [`${key}flow`, `${world.blog.origin}/edit-dropped`, `e${id}`],
  );
  const token = await world.signIn('Jo Example');
  const sent = [];
  await reader.route('**/api/v1/sign-in/token', (route) =>
    route.fulfill({ json: { token, expires_at: '2100-01-01T00:00:00Z', account: { id: 'x', name: 'Jo Example' } }, headers: { 'Access-Control-Allow-Origin': '*' } }),
  );
  reader.on('request', (request) => request.method() === 'POST' && request.url().endsWith(`/${SITE}/comments`) && sent.push(request.postData()));
  await reader.reload();
  await reader.getByLabel('Code (8 digits)').fill('12345678');
  await reader.locator('form .primary').click();
  await reader.getByText('Signed in as Jo Example.').first().waitFor();
  assert.equal(await box(reader).inputValue(), 'An unfinished thought.');
  await reader.getByRole('button', { name: 'Edit your comment' }).click();
  assert.equal(await reader.getByRole('textbox', { name: 'Edit your comment' }).inputValue(), 'As it should stand.');
  assert.deepEqual(sent, [], 'nothing was posted');
  await reader.context().close();
});

/** The page at `path` with somebody signed in. */
async function openAs(name, path) {
  const reader = await open(path);
  const key = `hustings ${world.server.url} ${SITE} token`;
  await reader.evaluate(([at, token]) => localStorage.setItem(at, JSON.stringify({ token })), [key, await world.signIn(name)]);
  await reader.reload();
  await reader.getByText(`Signed in as ${name}.`).waitFor();
  return reader;
}

test('what is typed while a comment is sent stays', async () => {
  page('/typing');
  const reader = await openAs('Kit Example', '/typing');
  let go;
  const held = new Promise((resolve) => (go = resolve));
  await reader.route(`**/api/v1/sites/${SITE}/comments`, async (route) => {
    await held;
    await route.continue();
  });
  await write(reader, 'First thought.');
  await box(reader).fill('First thought. And a second.');
  go();
  await reader.getByText('Waiting for a moderator. Only you can see this.').waitFor();
  assert.equal(await box(reader).inputValue(), 'First thought. And a second.');
  await reader.reload();
  assert.equal(await box(reader).inputValue(), 'First thought. And a second.', 'a draft of its own');
  await reader.context().close();
});

test('to edit and resubmit overwrites no draft', async () => {
  page('/resubmit');
  const id = await world.write('Lou Example', 'Refused words.', { path: '/resubmit', approve: false });
  await world.decide(id, 'reject', { reason: 'off_topic' });
  const reader = await openAs('Lou Example', '/resubmit');
  await box(reader).fill('My own draft.');
  await reader.getByRole('button', { name: 'Edit and send again' }).click();
  const boxes = await reader.locator('textarea').evaluateAll((all) => all.map(({ value }) => value));
  assert.deepEqual(boxes.sort(), ['My own draft.', 'Refused words.']);
  await reader.context().close();
});

test('a change that was refused is shown to its author, with the reason', async () => {
  page('/refused');
  const id = await world.write('Max Example', 'Public words.', { path: '/refused' });
  const token = await world.signIn('Max Example');
  await world.api(`/api/v1/comments/${id}`, { method: 'PATCH', token, body: { body: 'Changed words.', while_checked: 'keep' } });
  await world.decide(id, 'reject', { reason: 'off_topic', revision: 2 });
  const reader = await open('/refused');
  await reader.evaluate(([at, kept]) => localStorage.setItem(at, JSON.stringify({ token: kept })), [
    `hustings ${world.server.url} ${SITE} token`,
    token,
  ]);
  await reader.reload();
  await reader.getByText(/Your changed text was not published.*Reason: It is not about the subject/).waitFor();
  assert.equal(await reader.locator('article > .refused').innerText(), 'Changed words.');
  assert.equal((await reader.locator('article > .body').innerText()).trim(), 'Public words.');
  await reader.getByRole('button', { name: 'Edit and send again' }).click();
  assert.equal(await reader.getByRole('textbox', { name: 'Edit your comment' }).inputValue(), 'Changed words.');
  await reader.context().close();
});

test('what was written for a page that was closed meanwhile is shown, to be copied or discarded', async () => {
  page('/shut');
  await world.write('Ned Example', 'Public words.', { path: '/shut' });
  const reader = await open('/shut');
  await box(reader).fill('Too late, it seems.');
  const { comments } = await world.api(`/api/v1/desk/comments?site=${SITE}&q=Public`, { token: world.token });
  const at = comments.find((it) => it.page.url === `${world.blog.origin}/shut`).page.id;
  await world.api(`/api/v1/desk/pages/${at}`, { method: 'PATCH', token: world.token, body: { state: 'closed' } });
  await reader.reload();
  const kept = reader.locator('.kept');
  await kept.getByText('it can no longer be posted').waitFor();
  assert.equal(await kept.locator('textarea').inputValue(), 'Too late, it seems.');
  assert.equal(await box(reader).count(), 0);
  await kept.getByRole('button', { name: 'Discard' }).click();
  await kept.waitFor({ state: 'detached' });
  await reader.reload();
  await reader.getByText('Public words.').waitFor();
  await reader.waitForTimeout(1_000); // What is shown later would be shown by then.
  assert.equal(await kept.count(), 0);
  await reader.context().close();
});
