// The desk with scripts: decisions without a reload, keys, and invitations read out of the address's fragment. Everything
// else is plain forms, which go on working where this does not run.

const policy = globalThis.trustedTypes?.createPolicy('hustings', { createHTML: (html) => html });

/** The server's own markup as a node. The one place where text becomes markup. */
function node(html) {
  const template = document.createElement('template');
  template.innerHTML = policy ? policy.createHTML(html) : html;
  return template.content.firstElementChild;
}

const status = document.getElementById('status');
const tell = (text) => {
  if (status) status.textContent = text;
};

/** Opens the desk by the invitation in the fragment, which is taken out of the address at once. */
async function acceptInvite() {
  const secret = location.hash.startsWith('#invite=') && location.hash.slice('#invite='.length);
  if (!secret) return;
  history.replaceState(null, '', location.pathname + location.search);
  const place = document.getElementById('invite-status') ?? status;
  // Whoever is here already was perhaps led here: another page must not exchange their session for one of its own.
  if (place.dataset.replace && !confirm(place.dataset.replace)) return;
  const say = (text) => {
    place.textContent = text ?? place.dataset.failed;
    place.className = text === place.dataset.opening ? 'notice' : 'notice bad';
  };
  if (place.dataset.opening) say(place.dataset.opening);
  try {
    const answer = await fetch('/api/v1/desk/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ invite: secret }),
    });
    if (answer.ok) {
      location.replace(place.dataset.to ?? '/desk');
      return;
    }
    const problem = await answer.json();
    say(place.dataset[problem.code]);
  } catch {
    say(undefined);
  }
}

/** Runs `read` with a storage, or answers null: storage may be forbidden. */
function stored(read, storage = () => localStorage) {
  try {
    return read(storage());
  } catch {
    return null;
  }
}

const items = () => [...document.querySelectorAll('main article.item, main article.done')];
const waiting = () => items().filter((it) => it.matches('.item'));
const ARTICLE = 'article.item, article.done';
/** The comment with the focus; on a comment's own page there is but one to mean. */
const current = () =>
  document.activeElement?.closest(ARTICLE) ?? document.querySelector('.items.alone > article');

function go(article) {
  if (!article) return;
  article.focus({ preventScroll: true });
  article.scrollIntoView({ block: 'start' });
}

/** The comment `by` places from the one with the focus. */
function step(by) {
  const all = items();
  const at = all.indexOf(current());
  go(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]);
}

// What was decided on here, by the articles' ids, the latest last.
const decided = [...document.querySelectorAll('#done article.done')].map((it) => it.id);

/** Keeps the latest decision in sight, with its way back; what is scrolled to or focused then stops below it. */
function pin() {
  const latest = decided.map((id) => document.getElementById(id)).filter((it) => it?.matches('.done')).at(-1);
  for (const other of document.querySelectorAll('.done.latest')) other.classList.toggle('latest', other === latest);
  latest?.classList.add('latest');
  document.documentElement.style.scrollPaddingBlockStart = latest ? `${latest.offsetHeight}px` : '';
}
addEventListener('resize', pin);

const TYPED = 'hustings-desk-typed';

/** Keeps what was typed into a comment's forms over a new sign-in, in this tab only. */
function keep(article) {
  const typed = [...article.querySelectorAll('form.opened :is(select, textarea)')].filter((it) => it.value);
  const fields = typed.map(({ id, value }) => [id, value]);
  stored((tab) => tab.setItem(TYPED, JSON.stringify({ article: article.id, fields })), () => sessionStorage);
}

/** Gives it back, once the comment is there again. */
function giveBack() {
  if (!document.querySelector('.items')) return;
  const kept = stored((tab) => {
    const text = tab.getItem(TYPED);
    tab.removeItem(TYPED);
    return JSON.parse(text);
  }, () => sessionStorage);
  const article = kept && document.getElementById(kept.article);
  if (!article || !kept.fields.length) return;
  for (const [id, value] of kept.fields) {
    const field = document.getElementById(id);
    if (!field || !article.contains(field)) continue;
    field.value = value;
    const panel = field.closest('.refusing') ? '.panel.refusing' : '.panel.noting';
    article.querySelector(panel).open = true;
  }
  show(status.dataset.kept);
  go(article);
}

/** Says something that is to be seen, too. */
function show(text) {
  tell(text);
  status.classList.remove('visually-hidden');
  status.classList.add('notice', 'bad');
}

/** Sends a form of decision and puts what the comment is now in its place. */
async function send(form, button) {
  const article = form.closest('article');
  if (article.ariaBusy === 'true') return;
  article.ariaBusy = 'true';
  const body = new URLSearchParams(new FormData(form));
  body.set(button.name, button.value);
  body.set('piece', 'yes');
  try {
    // Not form.action: the buttons are named so too.
    const answer = await fetch(form.getAttribute('action'), { method: 'POST', body });
    const html = await answer.text();
    const fresh = /^text\/html/.test(answer.headers.get('Content-Type') ?? '') && node(html);
    if (fresh?.matches?.('article')) {
      const following = waiting()[waiting().indexOf(article) + 1];
      article.replaceWith(fresh);
      const done = fresh.matches('.done');
      const before = decided.indexOf(fresh.id);
      if (before >= 0) decided.splice(before, 1);
      if (done) decided.push(fresh.id);
      pin();
      tell(fresh.querySelector('[role=alert] strong, p')?.textContent ?? '');
      // On to the next that waits; the decision's own line keeps the way back.
      if (done && following) go(following);
      else go(fresh);
      return;
    }
    // Signed out, or signed in anew in another tab: then this page's forms are of a session that is over.
    if (answer.status === 401 || answer.status === 403) {
      keep(article);
      location.reload();
      return;
    }
    throw new Error(String(answer.status));
  } catch {
    article.ariaBusy = 'false';
    show(status.dataset.failed);
    status.scrollIntoView({ block: 'center' });
  }
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('form.decide') || !document.querySelector('.items')) return;
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener('submit', (event) => {
  if (event.target.matches('form[action="/desk/sign-out"]')) {
    stored((tab) => tab.removeItem(TYPED), () => sessionStorage);
  }
});

// The panel that is being opened by a press or a key, to be brought into sight.
let opening = null;
document.addEventListener('click', (event) => {
  const panel = event.target.closest('summary')?.parentElement;
  if (panel?.matches('details.panel') && !panel.open) opening = panel;
});

// One panel at a time.
document.addEventListener(
  'toggle',
  (event) => {
    const panel = event.target;
    if (!panel.matches?.('details.panel')) return;
    const bar = panel.closest('.bar');
    bar.classList.toggle('resting', Boolean(bar.querySelector('.panel[open]')));
    if (!panel.open) return;
    for (const other of document.querySelectorAll('details.panel[open]')) {
      if (other !== panel) other.open = false;
    }
    if (opening === panel) formOf(panel).scrollIntoView({ block: 'nearest' });
    opening = null;
  },
  true,
);

const dialog = document.getElementById('keys');
const KEYS_OFF = 'hustings-desk-keys-off';
const keysOn = () => stored((storage) => storage.getItem(KEYS_OFF)) !== 'yes';

if (dialog) {
  const hint = document.querySelector('[data-keys]');
  const box = document.getElementById('keys-on');
  hint.hidden = false;
  hint.addEventListener('click', () => dialog.showModal());
  box.checked = keysOn();
  box.addEventListener('change', () => {
    stored((storage) => (box.checked ? storage.removeItem(KEYS_OFF) : storage.setItem(KEYS_OFF, 'yes')));
  });
}

/** The form that a panel opens. */
const formOf = (panel) =>
  panel.parentElement.querySelector(panel.matches('.refusing') ? 'form.opened.refusing' : 'form.opened.noting');

/** Presses what a comment offers for a key; without the focus on a comment, nothing is pressed. */
function press(key) {
  const article = current();
  const found = article?.querySelector(`[data-key="${key}"]`);
  if (!found) return;
  if (found.matches('details')) {
    opening = found.open ? null : found;
    found.open = true;
    formOf(found).querySelector('select, textarea').focus();
    return;
  }
  const unticked = found.form.querySelector('input[required]:not(:checked)');
  if (unticked) unticked.focus();
  else found.click();
}

/** Takes back the decision that was taken last. */
function undo() {
  const last = current()?.matches('.done') ? current() : document.querySelector('.done.latest');
  last?.querySelector('[data-key="u"]')?.click();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => press('a'),
  r: () => press('r'),
  s: () => press('s'),
  u: undo,
  '?': () => dialog.showModal(),
};

document.addEventListener('keydown', (event) => {
  if (!dialog || dialog.open || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest('input, select, textarea, [contenteditable]')) {
    if (event.key === 'Escape') go(event.target.closest('article'));
    return;
  }
  const run = Object.hasOwn(KEYS, event.key) && (event.key === '?' || keysOn()) && KEYS[event.key];
  if (!run) return;
  event.preventDefault();
  run();
});

pin();
giveBack();
acceptInvite();
// The link may be opened in a tab that shows the desk already.
addEventListener('hashchange', acceptInvite);
