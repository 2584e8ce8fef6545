// Making elements, and the one place where markup of the server becomes elements.

type Attributes = Record<string, string | boolean | null | undefined | ((event: Event) => void)>;
export type Child = Node | string | null | undefined | false;

/** An element. A function among its attributes listens to the event of that name; `true` is an empty attribute. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value != null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

export function button(text: string, click: (event: Event) => void, className = 'plain', name?: string): HTMLButtonElement {
  return h('button', { type: 'button', class: className, part: 'button', 'aria-label': name, click }, text);
}

/** A link that opens beside the page. */
export function link(text: string, href: string): HTMLAnchorElement {
  return h('a', { href, target: '_blank', rel: 'noopener' }, text);
}

interface Policy {
  createHTML(markup: string): string;
  createScriptURL(url: string): string;
}
declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
  }
}

let policy: Policy | undefined;

function trusted(): Policy {
  const rules = { createHTML: (text: string) => text, createScriptURL: (url: string) => url };
  policy = policy || (window.trustedTypes ? window.trustedTypes.createPolicy('hustings', rules) : rules);
  return policy;
}

/** The address of another file of this build, as Trusted Types want it. */
export function scriptUrl(url: string): string {
  return trusted().createScriptURL(url);
}

/** Elements of markup that this server wrote, which has let nothing through that runs. Throws where the page's Trusted
 * Types allow no policy of the name `hustings`. */
export function fromServer(markup: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = trusted().createHTML(markup); // The one place where text becomes markup.
  return template.content;
}

/** Moves the focus to what is not focusable by itself. */
export function focus(element: HTMLElement): void {
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: 'nearest' });
}
