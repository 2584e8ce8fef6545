// The mail server that other tests rely on does what its options say, seen by another project's client.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import nodemailer from 'nodemailer';
import { startMailServer } from './support/mail.mjs';

const directory = mkdtempSync(join(tmpdir(), 'hustings-mail-test-'));
const caFile = join(directory, 'ca.pem');
after(() => rmSync(directory, { recursive: true }));

const letter = { from: 'desk@example.org', to: 'ada@example.com', subject: 'Your code', text: 'Zażółć: 1234 5678\n.\nEnd\n' };

const plainly = () => ({ ignoreTLS: true });
const withPassword = (pass) => () => ({ ignoreTLS: true, auth: { user: 'desk', pass } });
/** What makes a client trust the authority of the server that was started last. */
const trust = () => ({ tls: { ca: readFileSync(caFile) } });

/** Starts a server, sends a letter by a client with these settings (asked for once the server is up), stops the server. */
async function send(serverOptions, clientSettings, message = letter, tries = 1) {
  const server = await startMailServer(serverOptions);
  const client = nodemailer.createTransport({ host: '127.0.0.1', port: server.port, ...clientSettings() });
  try {
    const answers = [];
    for (let n = 0; n < tries; n += 1) {
      answers.push(await client.sendMail(message).then(({ response }) => response, (error) => error));
    }
    return { answers, answer: answers[0], letters: server.letters };
  } finally {
    client.close();
    await server.stop();
  }
}

test('takes a letter without TLS and prints it whole', async () => {
  const { answer, letters } = await send([], plainly);
  assert.match(answer, /^250 /);
  assert.equal(letters.length, 1);
  assert.equal(letters[0].from, 'desk@example.org');
  assert.deepEqual(letters[0].to, ['ada@example.com']);
  assert.match(letters[0].data, /^Subject: Your code\r$/m);
  assert.match(letters[0].data, /1234 5678\r\n\.\r\nEnd/);
});

test('STARTTLS: the chain holds for who trusts the authority, and nothing is taken before it', async () => {
  const trusting = await send(['--starttls', '--ca-file', caFile], () => ({ requireTLS: true, ...trust() }));
  assert.match(trusting.answer, /^250 /);
  assert.equal(trusting.letters.length, 1);

  const doubting = await send(['--starttls'], () => ({ requireTLS: true }));
  assert.match(doubting.answer.message, /certificate/);
  const plain = await send(['--starttls'], plainly);
  assert.equal(plain.answer.responseCode, 530);
  assert.deepEqual([doubting.letters, plain.letters], [[], []]);
});

test('TLS from the first byte', async () => {
  const { answer, letters } = await send(['--tls', '--ca-file', caFile], () => ({ secure: true, ...trust() }));
  assert.match(answer, /^250 /);
  assert.equal(letters.length, 1);
});

test('with a sign-in: the right password, a wrong one, none', async () => {
  const options = ['--user', 'desk', '--password', 'correct horse'];
  const right = await send(options, withPassword('correct horse'));
  assert.match(right.answer, /^250 /);
  const wrong = await send(options, withPassword('battery'));
  assert.equal(wrong.answer.responseCode, 535);
  const none = await send(options, plainly);
  assert.equal(none.answer.responseCode, 530);
  assert.deepEqual([wrong.letters, none.letters], [[], []]);
});

test('refuses an address, and only that', async () => {
  const options = ['--refuse', 'gone@example.com'];
  const refused = await send(options, plainly, { ...letter, to: 'gone@example.com' });
  assert.equal(refused.answer.responseCode, 550);
  assert.deepEqual(refused.letters, []);
  const taken = await send(options, plainly);
  assert.equal(taken.letters.length, 1);
});

test('defers the first letters and then takes them', async () => {
  const { answers, letters } = await send(['--defer', '2'], plainly, letter, 3);
  assert.deepEqual(answers.slice(0, 2).map(({ responseCode }) => responseCode), [451, 451]);
  assert.match(answers[2], /^250 /);
  assert.equal(letters.length, 1);
});
