#!/usr/bin/env node
// A mail server to test against: accepts letters by SMTP and prints each as a line of JSON. It delivers nothing.
// The first line of stdout is its port, each further line {"from","to","data"}; `--help` tells the options.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SMTPServer } from 'smtp-server';

const USAGE = `Usage: smtp-server.mjs [PORT] [OPTION...]

Listens on 127.0.0.1, on a free port if none is given, until it gets SIGTERM.

  --starttls             offers STARTTLS, and takes no letter and no password before it
  --tls                  TLS from the first byte
  --ca-file FILE         writes there the certificate of the authority that signed the server's (made at each
                         start, for localhost and 127.0.0.1)
  --user U --password P  takes letters only after this sign-in
  --refuse ADDRESS       answers 550 to RCPT for this address; may be repeated
  --defer N              answers 451 to the first N letters, after their text was sent
`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    starttls: { type: 'boolean' },
    tls: { type: 'boolean' },
    'ca-file': { type: 'string' },
    user: { type: 'string' },
    password: { type: 'string' },
    refuse: { type: 'string', multiple: true, default: [] },
    defer: { type: 'string', default: '0' },
    help: { type: 'boolean' },
  },
});
if (options.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

/** An answer other than 250: smtp-server sends `responseCode` and the message. */
function answer(code, message) {
  return Object.assign(new Error(message), { responseCode: code });
}

/** Makes an authority and a certificate signed by it, so that clients can check the whole chain as in life. */
function makeCertificate(caFile) {
  const directory = mkdtempSync(join(tmpdir(), 'hustings-smtp-'));
  const openssl = (...args) => execFileSync('openssl', args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    openssl('req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=Hustings test authority', '-keyout', 'ca.key', '-out', 'ca.pem');
    openssl('req', ...newKey, '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr');
    writeFileSync(
      join(directory, 'extensions'),
      'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n',
    );
    openssl('x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions', '-out', 'server.pem');
    if (caFile) copyFileSync(join(directory, 'ca.pem'), caFile);
    return { key: readFileSync(join(directory, 'server.key')), cert: readFileSync(join(directory, 'server.pem')) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

let toDefer = Number(options.defer);
const disabledCommands = [];
if (!options.starttls) disabledCommands.push('STARTTLS');
if (!options.user) disabledCommands.push('AUTH');

const server = new SMTPServer({
  name: 'mail.example.org',
  banner: 'Hustings test server',
  disableReverseLookup: true,
  secure: Boolean(options.tls),
  ...(options.tls || options.starttls ? makeCertificate(options['ca-file']) : {}),
  disabledCommands,
  authMethods: ['PLAIN', 'LOGIN'],
  authOptional: !options.user,
  // Without TLS a password is taken only where the test asked for a server without TLS.
  allowInsecureAuth: !options.starttls,
  onAuth({ username, password }, _session, done) {
    if (username === options.user && password === options.password) done(null, { user: username });
    else done(answer(535, '5.7.8 user name or password not accepted'));
  },
  onMailFrom(_address, session, done) {
    if (options.starttls && !session.secure) done(answer(530, '5.7.0 say STARTTLS first'));
    else done();
  },
  onRcptTo({ address }, _session, done) {
    if (options.refuse.includes(address)) done(answer(550, '5.1.1 no such mailbox here'));
    else done();
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', () => {
      if (toDefer > 0) {
        toDefer -= 1;
        done(answer(451, '4.7.1 come back later'));
        return;
      }
      const { mailFrom, rcptTo } = session.envelope;
      const letter = {
        from: mailFrom ? mailFrom.address : null,
        to: rcptTo.map(({ address }) => address),
        data: Buffer.concat(chunks).toString('utf8'),
      };
      // Printed before it is acknowledged: who waits for the 250 finds the letter there.
      process.stdout.write(`${JSON.stringify(letter)}\n`, () => done(null, '2.0.0 taken'));
    });
  },
});

// A client that hangs up is not a fault of the server; anything else ends it loudly.
server.on('error', (error) => {
  if (error.syscall === 'listen') throw error;
  process.stderr.write(`${error.message}\n`);
});
server.listen(Number(positionals[0] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`${server.server.address().port}\n`);
});
process.on('SIGTERM', () => server.close(() => process.exit(0)));
