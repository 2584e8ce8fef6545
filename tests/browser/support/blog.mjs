// A server with the site `ward-news`, and a blog on another site to the browser, whose pages carry the widget.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { launchBrowser, servePages } from './browser.mjs';
import { startServer } from './server.mjs';

export const SITE = 'ward-news';

/**
 * With HUSTINGS_TEST_WIDGET=1 the widget comes from `embed-js/built` instead of the server, so that work on it needs no
 * build of the server for each step.
 */
async function serveBuilt(context, url) {
  const built = new URL('../../../embed-js/built/', import.meta.url);
  const [version] = readdirSync(built).filter((name) => existsSync(new URL(`${name}/embed.js`, built)));
  const later = ['more.js', 'elsewhere.js'].map((name) => [name, `/embed/${version}/${name}`]);
  for (const [name, path] of [['embed.js', '/embed.js'], ['counts.js', '/embed/counts.js'], ...later]) {
    const body = readFileSync(new URL(`${version}/${name}`, built));
    const headers = { 'Access-Control-Allow-Origin': '*' };
    await context.route(url + path, (route) => route.fulfill({ body, contentType: 'text/javascript', headers }));
  }
  const body = readFileSync(new URL(`${version}/elsewhere.js`, built));
  const headers = { 'Access-Control-Allow-Origin': '*' };
  await context.route(`${url}/embed/*/elsewhere.js`, (route) => route.fulfill({ body, contentType: 'text/javascript', headers }));
}

/** The tag as a blogger writes it. */
export function tag(url, attributes = '') {
  return `<script type="module" src="${url}/embed.js"></script>
    <hustings-comments site="${SITE}" ${attributes}><a href="${url}/sites/${SITE}/comments">Comments</a></hustings-comments>`;
}

/** A page of the blog around some markup. */
export function post(title, markup, head = '', html = 'lang="en"') {
  return `<!doctype html><html ${html}><head><meta charset="utf-8"><title>${title}</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">${head}</head>
    <body><main><h1>${title}</h1><p>The meeting is on Tuesday in the old school.</p>${markup}</main></body></html>`;
}

/**
 * Starts server, blog and browser. Answers them with `api(path, {token?, method?, body?, origin?})`, `code(address, nth?)`,
 * which waits for the nth letter to the address, `decide(id, action, more?)`, `write(name, body, more?)`,
 * which signs in over HTTP and posts, and `stop()`.
 */
export async function startBlog({ policy = ['--hold', 'all'], args = [], page = '/post', environment = {} } = {}) {
  const pages = {};
  const server = await startServer({ HUSTINGS__LIMITS__ENABLED: 'false', ...environment });
  const blog = await servePages(pages);
  const browser = await launchBrowser(args);
  if (process.env.HUSTINGS_TEST_WIDGET) {
    const newContext = browser.newContext.bind(browser);
    browser.newContext = async (options) => {
      const context = await newContext(options);
      await serveBuilt(context, server.url);
      return context;
    };
  }
  pages[page] = post('Selection meetings', tag(server.url));
  await server.command('site', 'add', SITE, '--name', 'Ward News', '--origin', blog.origin);
  await server.command('site', 'set', SITE, ...policy);
  const token = (await server.command('token', 'create', '--site', SITE, '--role', 'moderator')).trim().split('\n').pop();

  async function api(path, { method = 'GET', body, token: bearer, key, origin = blog.origin } = {}) {
    const headers = { Origin: origin };
    if (body) headers['Content-Type'] = 'application/json';
    if (bearer) headers.Authorization = `Bearer ${bearer}`;
    if (key) headers['Idempotency-Key'] = key;
    const answer = await fetch(server.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  async function code(address, nth = 1) {
    for (let tries = 0; tries < 200; tries += 1) {
      const found = server.letters().filter((letter) => letter.includes(`To: ${address}`) || letter.includes(`<${address}>`));
      if (found.length >= nth) {
        const newest = found.sort((a, b) => date(a) - date(b)).pop();
        const [, first, second] = newest.slice(newest.indexOf('\r\n\r\n')).match(/sign-in code:\s*(\d{4})[ -]?(\d{4})/);
        return first + second;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no letter to ${address}`);
  }

  /** Signs somebody in over HTTP, as the widget does, and gives the token. */
  const tokens = {};
  async function signIn(name) {
    const email = `${name.toLowerCase().replace(/\W+/g, '.')}@example.org`;
    if (tokens[email]) return tokens[email];
    const { createHash, randomBytes } = await import('node:crypto');
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const { request_id } = await api('/api/v1/sign-in/email', { method: 'POST', body: { site: SITE, email, name, challenge } });
    const answer = await api('/api/v1/sign-in/token', {
      method: 'POST',
      body: { request_id, verifier, code: await code(email) },
    });
    tokens[email] = answer.token;
    return answer.token;
  }

  /** Posts as somebody, on the page, and approves unless `approve` is false. Gives the comment's id. */
  async function write(name, body, { parent = null, approve = true, path = page } = {}) {
    const { comment } = await api(`/api/v1/sites/${SITE}/comments`, {
      method: 'POST',
      token: await signIn(name),
      body: { page: { url: blog.origin + path }, parent_id: parent, body },
    });
    if (approve && comment.state === 'held') await decide(comment.id, 'approve');
    return comment.id;
  }

  function decide(id, action, more = {}) {
    return api(`/api/v1/desk/comments/${id}/decisions`, { method: 'POST', token, body: { action, revision: 1, ...more } });
  }

  async function stop() {
    await browser.close();
    await blog.close();
    await server.stop();
  }

  return { server, blog, browser, pages, token, url: blog.origin + page, api, code, write, decide, signIn, stop };
}

function date(letter) {
  return new Date(letter.match(/^Date: (.*)$/m)[1]).getTime();
}
