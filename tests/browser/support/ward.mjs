// A site with a register and comments that wait, made through a started server's commands and interface as its owner and
// readers would.
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ORIGIN = 'https://blog.example.org';
const PAGE = `${ORIGIN}/selection-meetings`;
const SITE = 'ward-news';

/** Who is on the register. */
export const PEOPLE = ['Quentin Farrowdale', 'Rosalind Thackwell', 'Ndéye Oyelaran-Quist'];

/** The comment of the founding case: one text that names three. */
export const THREE_NAMES =
  'Rosalind Thackwell told us that Quentin Farrowdale used the membership list for his own leaflets. ' +
  'If you got one, write to the returning officer.\n\nNdéye Oyelaran-Quist knew of it and said nothing.';

async function json(url, body, headers = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: ORIGIN, ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** The code of the newest letter to an address, as soon as it is sent. */
export async function codeFor(server, email, seen = 0) {
  for (let tries = 0; tries < 200; tries += 1) {
    const letters = server.letters().filter((letter) => letter.includes(email) && /^Subject:.*code/im.test(letter));
    if (letters.length > seen) {
      const plain = letters.at(-1).split(/^Content-Type: text\/plain/im).at(1) ?? '';
      const found = /\b(\d{4})[ -]?(\d{4})\b/.exec(plain);
      if (found) return found[1] + found[2];
    }
    await sleep(50);
  }
  throw new Error(`no letter to ${email}`);
}

/** Signs a reader in and gives `post(body)`, which answers the comment. */
export async function reader(server, email, name) {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const asked = await json(`${server.url}/api/v1/sign-in/email`, { site: SITE, email, name, challenge });
  const code = await codeFor(server, email);
  const { token } = await json(`${server.url}/api/v1/sign-in/token`, { request_id: asked.request_id, code, verifier });
  return {
    async post(body, more = {}) {
      const answer = await json(
        `${server.url}/api/v1/sites/${SITE}/comments`,
        { page: { url: PAGE, title: 'Selection meetings are set' }, body, ...more },
        { Authorization: `Bearer ${token}` },
      );
      return answer.comment;
    },
  };
}

/** Adds the site and its register. Answers `invite(email)`, which gives the link of an invitation, and `report(id)`. */
export async function ward(server) {
  await server.command('site', 'add', SITE, '--name', 'Ward News', '--origin', ORIGIN);
  const file = join(server.settings.cwd, 'people.txt');
  writeFileSync(file, `${PEOPLE.join('\n')}\n`);
  await server.command('people', 'import', '--site', SITE, file);
  return {
    async invite(email, role = 'moderator') {
      const printed = await server.command('moderator', 'invite', email, '--site', SITE, '--role', role);
      return printed.trim().split('\n').at(-1);
    },
    report: (id) =>
      json(`${server.url}/api/v1/comments/${id}/reports`, {
        reason: 'false_about_person',
        note: 'I was not at that meeting.',
      }),
  };
}
