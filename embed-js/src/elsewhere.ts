// Signing in with an account elsewhere: loaded where a reader is asked who they are, and not before. A window of the
// server's own does it; where the browser has none for us, this page goes there itself and comes back.
import type { Account } from './api';
import type { Composer, Flow } from './composer';

/** So long a window that was opened may take to show that it and this page can speak. */
const HANDSHAKE_MS = 3000;

interface Said {
  hustings?: string;
  request?: string;
  nonce?: string;
  code?: string;
}

/** Stops waiting for the window that was opened last. */
let stop = (): void => undefined;

/** 128 random bits as a UUID. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Fills a place with a button for each provider, the one that was used last before the others. */
export async function ways(composer: Composer, place: HTMLElement): Promise<void> {
  stop();
  const { widget } = composer;
  const { texts, store, kit, data } = widget;
  const { h, button, random, base64url } = kit;
  const last = store.get<string>('way');
  const providers = data.providers!.slice().sort((a, b) => Number(b.key === last) - Number(a.key === last));
  // Made before the click: a window is only opened at once.
  const verifier = random(32);
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const request_id = uuid();
  const address = (mode: string, provider: string) => {
    const query = new URLSearchParams({
      site: widget.site,
      origin: location.origin,
      page: location.href.split('#')[0],
      challenge: base64url(new Uint8Array(hash)),
      request_id,
      mode,
      provider,
      lang: texts.lang,
    });
    return `${widget.base}/sign-in?${query}`;
  };

  const go = (provider: string) => {
    const { slot, parent } = composer.what;
    const flow = { page: widget.pageKey, slot, parent, request_id, verifier, email: '', name: '', at: Date.now(), post: composer.posting };
    store.set('flow', flow);
    store.set('way', provider);
    // The text goes under one key from here on, wherever it is posted.
    composer.reserve();
    const popup = open(address('popup', provider), '', 'popup,width=480,height=700');
    const redirect = () => location.assign(address('redirect', provider));
    if (popup) wait(composer, place, flow, popup, redirect);
    else redirect();
  };

  if (!place.isConnected) return;
  place.textContent = '';
  for (const { key, name, mark } of providers) {
    const picture = h('span', { class: 'mark', 'aria-hidden': 'true' });
    picture.style.setProperty('--mark', `url("${mark}")`);
    const used = key === last && h('small', {}, texts.say('way-last'));
    const one = button('', () => go(key), '');
    one.append(picture, h('span', {}, texts.say('with', { name })), used || '');
    place.append(one);
  }
  place.append(h('p', { class: 'hint' }, texts.say('or-email')));
  place.hidden = false;
}

/** Waits for the window: for its word that it is there, and for the code. */
function wait(composer: Composer, place: HTMLElement, flow: Flow, popup: Window, redirect: () => void): void {
  const { widget } = composer;
  const { texts, kit } = widget;
  let heard = false;
  // Whether the window is closed proves nothing: a provider's page can cut it off from this one, which looks the same.
  const late = setTimeout(() => {
    if (heard) return;
    stop();
    popup.close();
    redirect();
  }, HANDSHAKE_MS);

  const hear = (event: MessageEvent<Said | null>) => {
    const said = event.data;
    if (event.source !== popup || event.origin !== widget.base || !said || said.request !== flow.request_id) return;
    const answer = (hustings: string) =>
      popup.postMessage({ hustings, request: flow.request_id, nonce: said.nonce }, widget.base);
    if (said.hustings === 'hello') {
      heard = true;
      answer('ack');
    } else if (said.hustings === 'code' && heard && typeof said.code === 'string') {
      answer('got');
      stop();
      void back(composer, flow, said.code);
    }
  };
  // Where the window was cut off it has gone to this page by itself, and signed the reader in there.
  const notice = (event: StorageEvent) => {
    const { key, newValue } = event;
    if (key === widget.store.key('token') && newValue) {
      stop();
      void composer.noticed();
      // The text that it posts is no draft any more.
      addEventListener('storage', (later) => {
        if (later.key === widget.store.key(composer.slot) && !later.newValue && later.oldValue) {
          composer.posted(JSON.parse(later.oldValue).body);
        }
      });
    }
  };
  addEventListener('message', hear);
  addEventListener('storage', notice);
  stop = () => {
    clearTimeout(late);
    removeEventListener('message', hear);
    removeEventListener('storage', notice);
  };

  const cancel = kit.button(
    texts.say('cancel'),
    () => {
      stop();
      popup.close();
      widget.store.remove('flow');
      void ways(composer, place).then(() => place.querySelector('button')?.focus());
    },
    '',
  );
  place.textContent = '';
  place.append(kit.h('p', { class: 'hint' }, texts.say('away')), cancel);
  cancel.focus();
  widget.say(texts.say('away'));
}

/** The code for a token; then what was begun goes on. */
export function back(composer: Composer, flow: Flow, code: string): Promise<void> {
  const { widget } = composer;
  const { request_id, verifier } = flow;
  return composer.work(async () => {
    const answer = await widget.kit.call<{ token: string; expires_at: string; account: Account }>(
      'POST',
      `${widget.base}/api/v1/sign-in/token`,
      { request_id, verifier, code },
    );
    await composer.finish(answer, flow.post);
  });
}
