// A plain OAuth 2 provider on an origin and a site of its own (127.0.0.2), as the server's configuration and a reader's
// browser meet it. A certified OpenID provider can stand beside it in this folder, with the same answers.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * Starts it. Answers `origin`, `environment` (the server's settings for it, under the key `orchard`), `person`, which is who
 * everybody is there, `alone` (whether its pages cut themselves off from who opened them), `fault` (`html`, `json`, `500`,
 * `slow`, or null: what is wrong with its answers to the server), `asked`, the parameters of each way there, and `close()`.
 */
export async function startProvider() {
  const grants = new Map();
  const tokens = new Map();
  const provider = { person: { id: 'p-1', name: 'Mira Example' }, alone: false, fault: null, asked: [] };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, provider.origin);
    const json = (status, body) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (url.pathname === '/authorize') {
      const query = Object.fromEntries(url.searchParams);
      provider.asked.push(query);
      const code = randomBytes(16).toString('hex');
      grants.set(code, { challenge: query.code_challenge, redirect: query.redirect_uri, person: provider.person });
      const back = (more) => {
        const to = new URL(query.redirect_uri);
        for (const [name, value] of Object.entries({ ...more, state: query.state })) to.searchParams.set(name, value);
        return to.href.replaceAll('&', '&amp;');
      };
      const headers = { 'Content-Type': 'text/html; charset=utf-8' };
      if (provider.alone) headers['Cross-Origin-Opener-Policy'] = 'same-origin';
      response.writeHead(200, headers);
      response.end(`<!doctype html><title>Orchard</title><h1>Orchard</h1>
        <p><a href="${back({ code })}">Allow</a> <a href="${back({ error: 'access_denied' })}">Refuse</a></p>`);
      return;
    }
    let body = '';
    for await (const part of request) body += part;
    if (provider.fault === 'slow') return; // Never.
    if (provider.fault === 'html') {
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end('<h1>Down for maintenance</h1>');
      return;
    }
    if (provider.fault === 'json') {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end('{"access_token": ');
      return;
    }
    if (provider.fault === '500') {
      json(500, { error: 'server_error' });
      return;
    }
    if (url.pathname === '/token') {
      const form = Object.fromEntries(new URLSearchParams(body));
      const grant = grants.get(form.code);
      grants.delete(form.code);
      const challenge = createHash('sha256').update(form.code_verifier ?? '').digest('base64url');
      if (!grant || grant.challenge !== challenge || grant.redirect !== form.redirect_uri) {
        json(400, { error: 'invalid_grant' });
        return;
      }
      const token = randomBytes(16).toString('hex');
      tokens.set(token, grant.person);
      json(200, { access_token: token, token_type: 'bearer' });
      return;
    }
    const person = tokens.get((request.headers.authorization ?? '').replace(/^Bearer /i, ''));
    if (url.pathname === '/me' && person) json(200, person);
    else json(404, { error: 'not_found' });
  }).listen(0, '127.0.0.2');
  await once(server, 'listening');
  const host = `127.0.0.2:${server.address().port}`;
  provider.origin = `http://${host}`;
  provider.environment = {
    HUSTINGS__OUTBOUND__ALLOWED: host,
    HUSTINGS__PROVIDERS__ORCHARD__KIND: 'oauth2',
    HUSTINGS__PROVIDERS__ORCHARD__NAME: 'Orchard',
    HUSTINGS__PROVIDERS__ORCHARD__CLIENT_ID: 'ward-news-comments',
    HUSTINGS__PROVIDERS__ORCHARD__CLIENT_SECRET: randomBytes(24).toString('base64url'),
    HUSTINGS__PROVIDERS__ORCHARD__AUTHORIZE_URL: `${provider.origin}/authorize`,
    HUSTINGS__PROVIDERS__ORCHARD__TOKEN_URL: `${provider.origin}/token`,
    HUSTINGS__PROVIDERS__ORCHARD__USERINFO_URL: `${provider.origin}/me`,
  };
  provider.close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return provider;
}
