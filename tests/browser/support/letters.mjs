// Letters with hostile texts in them: what brings them about, and their HTML as a mail program would show it.
import { createHash, randomBytes } from 'node:crypto';

/** Bytes of one comment's text that a letter to moderators shows for certain. */
const SHOWN = 1_800;

/** Joins texts to as few as fit into a letter whole. */
function joined(texts) {
  const parts = [''];
  for (const text of texts) {
    if (parts.at(-1).length + text.length > SHOWN) parts.push('');
    parts.push(`${parts.pop()}${text}\n\n`);
  }
  return parts;
}

/**
 * Brings about a letter to a moderator for each part of the texts, on a site of its own, because the first comment that
 * waits is told of at once; and one to an author whose comment is rejected, on a page whose title is hostile too. Both
 * names are hostile. Answers the texts, a letter each, as `parts`.
 */
export async function provoke(world, texts) {
  const { server, blog, api } = world;
  const name = '<img src=x onerror=alert(1)>';
  const title = '</title><script>alert(2)</script>';
  const parts = joined(texts);
  for (const [nth, part] of parts.entries()) {
    const site = `letters-${nth}`;
    await server.command('site', 'add', site, '--name', `Ward <b onclick=alert(3)>${nth}</b>`, '--origin', blog.origin);
    const invitation = await server.command('moderator', 'invite', `moderator${nth}@example.org`, '--site', site);
    const invite = new URL(invitation.trim().split('\n').pop()).hash.slice(1).replace(/^invite=/, '');
    await api('/api/v1/desk/session', { method: 'POST', body: { invite }, origin: server.url });

    const email = `writer${nth}@example.org`;
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const { request_id } = await api('/api/v1/sign-in/email', { method: 'POST', body: { site, email, name, challenge } });
    const { token } = await api('/api/v1/sign-in/token', { method: 'POST', body: { request_id, verifier, code: await world.code(email) } });
    const url = `${blog.origin}/letters`;
    const { comment } = await api(`/api/v1/sites/${site}/comments`, { method: 'POST', token, body: { page: { url, title }, body: part } });
    if (nth > 0) continue;
    const moderator = (await server.command('token', 'create', '--site', site, '--role', 'moderator')).trim().split('\n').pop();
    const { comments } = await api(`/api/v1/desk/comments?site=${site}`, { token: moderator });
    await api(`/api/v1/desk/pages/${comments[0].page.id}`, { method: 'PATCH', token: moderator, body: { title } });
    // After the letter to the moderator, which leaves out what is decided.
    await letterTo(world, `moderator${nth}@example.org`);
    await api(`/api/v1/desk/comments/${comment.id}/decisions`, { method: 'POST', token: moderator, body: { action: 'reject', revision: 1, reason: 'abusive' } });
  }
  return { parts };
}

/** The newest letter to an address that is no code, as soon as it is sent. */
export async function letterTo({ server }, address, seconds = 10) {
  for (const until = Date.now() + seconds * 1000; Date.now() < until; ) {
    const found = server.letters().filter((letter) => letter.includes(address) && !/^Subject:.*code/im.test(letter));
    if (found.length > 0) return found.at(-1);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no letter to ${address} within ${seconds} s`);
}

/** The HTML part of a letter, decoded. */
export function htmlOf(letter) {
  const [, after] = letter.split(/^Content-Type: text\/html/im);
  const [head, ...rest] = after.split('\r\n\r\n');
  const [body] = rest.join('\r\n\r\n').split(/^--/m);
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  if (!/quoted-printable/i.test(head)) return body;
  const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
