// What nobody needs to read and to write is another file of the same version: loaded once the first comments stand, held
// to its bytes by a digest that this file carries, and with the nonce that this file's own tag has.
import { button, focus, h, scriptUrl } from './dom';
import type { Widget } from './widget';

const loaded: Record<string, Promise<unknown> | undefined> = {};
let failures = 0;

/** The exports of the file `name`, whose digest is `integrity`. Asked for once; after a failure, anew. */
export function load<T>(base: string, name: string, integrity: string): Promise<T> {
  const kept = loaded[name] as Promise<T> | undefined;
  if (kept) return kept;
  // A browser remembers a module that failed under its address.
  const url = `${base}/embed/${VERSION}/${name}${failures ? `?${failures}` : ''}`;
  const fresh = new Promise<void>((done, failed) => {
    const script = h('script', { type: 'module', crossorigin: 'anonymous', integrity, load: () => done(), error: failed });
    const own = Array.from(document.scripts).find(({ src }) => src === import.meta.url);
    if (own?.nonce) script.nonce = own.nonce;
    script.src = scriptUrl(url);
    document.head.append(script);
  }).then(() => import(url) as Promise<T>);
  fresh.catch(() => {
    failures++;
    loaded[name] = undefined;
  });
  return (loaded[name] = fresh);
}

/** What signs in with accounts elsewhere. */
export const elsewhere = (widget: Widget) => load<typeof import('./elsewhere')>(widget.base, 'elsewhere.js', ELSEWHERE);

const more = (widget: Widget) => load<typeof import('./more')>(widget.base, 'more.js', MORE);

/** Loads what a press may need soon, and shows what was written and has no box any more. */
export function warm(widget: Widget, section: HTMLElement): void {
  const run = () => void more(widget).then((part) => part.kept(widget, section), () => undefined);
  if (window.requestIdleCallback) window.requestIdleCallback(run);
  else setTimeout(run, 300);
}

/** The address that was probably meant; none where that cannot be told now. */
export const meant = (widget: Widget, address: string) =>
  more(widget).then(
    (part) => part.meant(address),
    () => null,
  );

/** Opens the form that reports a comment; says so where it cannot be loaded. */
export async function report(widget: Widget, article: HTMLElement, opener: HTMLElement): Promise<void> {
  article.querySelector(':scope > .error')?.remove();
  try {
    (await more(widget)).report(widget, article, opener);
  } catch {
    const { texts } = widget;
    const error = h(
      'p',
      { class: 'error', role: 'alert' },
      texts.say('not-done'),
      ' ',
      button(texts.say('try-again'), () => void report(widget, article, opener)),
    );
    article.append(error);
    focus(error);
  }
}
