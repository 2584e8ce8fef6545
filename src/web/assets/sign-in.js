// The pages of a sign-in with an account elsewhere: makes sure of the page that opened this window, hands the code to it, or
// goes back to it. Nothing here is trusted that does not come from that window and that origin.
'use strict';

const PATIENCE_MS = 2500;
const page = document.querySelector('main');
const { step, origin, request } = page.dataset;
/** The window that opened this one; browsers cut the tie where a page on the way wants to be alone. */
const waiting = window.opener;

/** Says something to the opener every now and then until it answers, or not in time. */
function exchange(message, answers) {
  return new Promise((resolve) => {
    const say = () => {
      try {
        waiting.postMessage(message, origin);
      } catch {
        // A window that is gone.
      }
    };
    const end = (answered) => {
      clearInterval(again);
      clearTimeout(late);
      removeEventListener('message', hear);
      resolve(answered);
    };
    const hear = (event) => {
      const { data } = event;
      if (event.source !== waiting || event.origin !== origin || !data || data.request !== request) return;
      if (data.hustings === answers && data.nonce === message.nonce) end(true);
    };
    const again = setInterval(say, 250);
    const late = setTimeout(() => end(false), PATIENCE_MS);
    addEventListener('message', hear);
    say();
  });
}

async function begin() {
  const alone = page.querySelector('.alone');
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const nonce = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (waiting && (await exchange({ hustings: 'hello', request, nonce }, 'ack'))) {
    const answer = await fetch(page.dataset.opener, { method: 'POST' }).catch(() => null);
    if (answer?.ok) {
      location.replace(page.dataset.next);
      return;
    }
  }
  // The page that opened this window goes on by itself.
  page.querySelector('[role="status"]').textContent = '';
  alone.hidden = false;
}

async function done() {
  const { code, opened } = page.dataset;
  if (opened !== undefined && waiting && (await exchange({ hustings: 'code', request, code }, 'got'))) {
    window.close();
    return;
  }
  location.replace(page.querySelector('a.button').href);
}

if (step === 'begin') begin();
if (step === 'done') done();

document.querySelectorAll('[data-close]').forEach((link) =>
  link.addEventListener('click', (event) => {
    if (!waiting || waiting.closed) return;
    event.preventDefault();
    window.close();
  }),
);
