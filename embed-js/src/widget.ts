// One page's comments: loads the server's fragment, shows it in a shadow root, and gives it its behaviour.
import { Account, Comment, Own, Problem, ask, call } from './api';
import css from './comments.css';
import { Composer, Flow, FLOW_MS } from './composer';
import { button, focus, fromServer, h, link } from './dom';
import { elsewhere, report, warm } from './later';
import { base64url, random } from './random';
import { Store } from './store';
import { Texts } from './texts';

/** Where this file came from is where the comments are. */
const BASE = new URL(import.meta.url).origin;
const PERMALINK = /^#hustings-([0-9a-f-]{36})$/;
/** Levels that are indented, as the server has it. */
const LEVELS = 4;
const DRAFTS_MS = 7 * 86_400_000;

interface Data {
  from: string;
  limit: number;
  origins: string[];
  letters?: string;
  providers?: { key: string; name: string; mark: string }[];
  texts: Record<string, string>;
}

let sheet: CSSStyleSheet | undefined;

/** The code and the request of a sign-in elsewhere that led back here: taken out of the address before all else. */
let brought: string[] | null = null;

function take(): void {
  const found = /^#hustings_code=([\w-]+)&hustings_request=([\w-]+)$/.exec(location.hash);
  if (!found) return;
  brought = found;
  history.replaceState(history.state, '', location.href.split('#')[0]);
}
take();

export class Widget {
  readonly base = BASE;
  readonly kit = { h, button, call, random, base64url };
  readonly site: string;
  readonly page: { id?: string; url: string; title: string };
  readonly store: Store;
  readonly composers = new Set<Composer>();
  texts!: Texts;
  data!: Data;
  account: Account | null = null;
  private readonly root: ShadowRoot;
  private readonly frame = h('div');
  private readonly status = h('p', { class: 'sr', role: 'status' });
  private section!: HTMLElement;
  private heading!: HTMLElement;
  main?: Composer;
  private count = 0;
  private turn = 0;
  private readonly clock: number;

  constructor(private readonly host: HTMLElement) {
    this.site = this.attribute('site') || host.dataset.hustings || '';
    const canonical = document.querySelector<HTMLLinkElement>('link[rel~="canonical"]');
    const url = new URL(this.attribute('page') || canonical?.href || location.href, location.href);
    this.page = { id: this.attribute('page-id') || undefined, url: url.href.split('#')[0], title: title() };
    this.store = new Store(`hustings ${BASE} ${this.site} `);
    this.store.removeBefore('draft ', Date.now() - DRAFTS_MS);
    // An address that was typed and not used does not stay in a browser that others may use too.
    this.store.removeBefore('flow', Date.now() - FLOW_MS);

    this.root = host.shadowRoot || host.attachShadow({ mode: 'open' });
    this.root.textContent = '';
    // What the tag holds stays in sight until there is something better.
    this.root.append(this.frame, h('slot'), h('div', { class: 'hustings' }, this.status));
    this.dress();
    addEventListener('hashchange', this.follow);
    this.clock = setInterval(() => this.section && this.texts.times(this.section), 60_000) as unknown as number;
    const flow = this.flow;
    const wanted = PERMALINK.exec(location.hash)?.[1];
    this.load(wanted || (flow && flow.parent) || undefined, !!wanted);
  }

  stop(): void {
    this.turn++;
    removeEventListener('hashchange', this.follow);
    clearInterval(this.clock);
  }

  private attribute(name: string): string | null {
    return this.host.getAttribute(name) || this.host.getAttribute(`data-${name}`);
  }

  private dress(): void {
    if ('adoptedStyleSheets' in this.root && 'replaceSync' in CSSStyleSheet.prototype) {
      if (!sheet) {
        sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
      }
      this.root.adoptedStyleSheets = [sheet];
    } else {
      this.root.prepend(h('link', { rel: 'stylesheet', href: `${BASE}/embed/${VERSION}/comments.css` }));
    }
  }

  /** Says something to who does not see the change. */
  say(text: string): void {
    this.status.textContent = '';
    setTimeout(() => (this.status.textContent = text), 50);
  }

  get token(): string | undefined {
    return this.store.get<{ token: string }>('token')?.token;
  }

  /** The sign-in that was begun on this page and not ended; one elsewhere, only where its code is here. */
  get flow(): Flow | null {
    const flow = this.store.get<Flow>('flow');
    if (!flow || flow.page !== this.pageKey || flow.at < Date.now() - FLOW_MS) return null;
    if (flow.email) return flow;
    return brought && brought[2] === flow.request_id ? { ...flow, code: brought[1] } : null;
  }

  /** What signs in with accounts elsewhere. */
  part(): Promise<typeof import('./elsewhere')> {
    return elsewhere(this);
  }

  get pageKey(): string {
    return this.page.id || this.page.url;
  }

  /** The same comments on a page of the server's own, which needs no scripts. */
  get elsewhere(): string {
    return `${BASE}/sites/${this.site}/comments?${this.query({})}`;
  }

  get about(): string {
    return `${BASE}/sites/${this.site}/about`;
  }

  private query(more: Record<string, string | null | undefined>): string {
    const query = new URLSearchParams({ page: this.page.url });
    if (this.page.id) query.set('page_id', this.page.id);
    for (const name in more) if (more[name]) query.set(name, more[name] as string);
    return query.toString();
  }

  private async fragment(part: { at?: string; after?: string }): Promise<DocumentFragment> {
    const lang = this.attribute('lang') || this.host.closest('[lang]')?.getAttribute('lang') || '';
    const query = this.query({
      ...part,
      sort: part.after ? null : this.attribute('sort'),
      lang: /^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(lang) ? lang : null,
      f: '1',
    });
    return fromServer(await (await ask(`${BASE}/embed/${this.site}/comments?${query}`)).text());
  }

  /** Shows the part with the comment `at`, or the first one. */
  private async load(at?: string, asked = true): Promise<void> {
    const turn = ++this.turn;
    let missing = false;
    let content: DocumentFragment;
    try {
      content = await this.fragment({ at }).catch((error) => {
        if (!at || error.code !== 'comment_not_found') throw error;
        missing = true;
        return this.fragment({});
      });
    } catch (error) {
      if (turn !== this.turn) return;
      console.error('hustings:', (error as Error).message || 'the comments cannot be reached', error);
      if (!this.section) addEventListener('online', () => this.load(at, asked), { once: true });
      else this.notice(this.texts.say('load-failed'), button(this.texts.say('try-again'), () => this.load(at, asked)));
      return;
    }
    if (turn !== this.turn) return;
    this.show(content);
    const own = this.own();
    const target = asked && at && this.article(at);
    if (target) this.point(target);
    else if (asked && missing) {
      await own; // A waiting comment is there for its author.
      const mine = this.article(at as string);
      if (mine) this.point(mine);
      else focus(this.notice(this.texts.say('not-public')));
    }
  }

  private show(content: DocumentFragment): void {
    const section = content.querySelector('section') as HTMLElement;
    const data = section.querySelector('script') as HTMLElement;
    this.data = JSON.parse(data.textContent as string);
    data.remove();
    this.texts = new Texts(this.data.texts, section.lang);
    this.count = Number(section.dataset.count);
    const level = Number(this.attribute('heading-level'));
    const old = section.querySelector('h2') as HTMLElement;
    this.heading = h((level > 0 && level < 7 ? `h${level}` : 'h2') as 'h2', { id: old.id, part: 'heading' }, old.textContent);
    old.replaceWith(this.heading);
    const theme = this.attribute('theme');
    if (theme) section.dataset.theme = theme;

    this.section = section;
    this.frame.textContent = '';
    this.frame.append(section);
    this.root.querySelector('slot')?.remove();
    this.recount(0);
    this.prepare(section);
    if (section.dataset.within !== undefined) {
      this.heading.after(
        h('p', { class: 'more' }, button(this.texts.say('from-start'), () => this.load().then(() => focus(this.heading)), '')),
      );
    }
    this.composers.clear();
    this.main = undefined;
    this.open();
    warm(this, section);
  }

  /** The composer, or why there is none. */
  private open(): void {
    const { texts } = this;
    if (!this.writable) {
      const insecure = !isSecureContext || !crypto.subtle;
      if (!insecure && !this.listed) this.tell();
      this.section.append(
        h('p', { class: 'notice' }, texts.say(insecure ? 'insecure' : 'unlisted'), ' ', link(texts.say('elsewhere'), this.elsewhere)),
      );
      return;
    }
    if (this.section.dataset.state === 'closed' || this.section.dataset.paused !== undefined) return;
    this.main = new Composer(this, { slot: '' });
    this.section.append(this.main.form);
    if (this.count > 4) {
      this.heading.after(h('p', { class: 'more' }, button(texts.say('write'), () => this.main?.focus(), '')));
    }
    const flow = this.flow;
    if (!flow) return;
    let composer: Composer = this.main;
    if (flow.parent) {
      const parent = this.article(flow.parent);
      if (parent && !parent.classList.contains('hidden')) composer = this.reply(parent);
    }
    brought = null; // A code counts once.
    // Where what was written stands in another box (an edit needs the account to be opened), only the sign-in goes on.
    composer.resume(composer.what.slot === flow.slot ? flow : { ...flow, post: false });
  }

  private get listed(): boolean {
    return location.origin === BASE || this.data.origins.includes(location.origin);
  }

  private get writable(): boolean {
    return isSecureContext && !!crypto.subtle && this.listed;
  }

  /** Tells the page's owner how to list its origin, in the server's words. */
  private async tell(): Promise<void> {
    try {
      await call('POST', `${BASE}/api/v1/sign-in/email`, { site: this.site, email: '', challenge: '' });
    } catch (error) {
      console.error('hustings:', (error as Problem).detail);
    }
  }

  private notice(text: string, ...more: Node[]): HTMLElement {
    this.section.querySelector('.notice.new')?.remove();
    const notice = h('p', { class: 'notice new' }, text, ' ', ...more);
    this.heading.after(notice);
    this.say(text);
    return notice;
  }

  private recount(more: number): void {
    this.count += more;
    if (this.count > 0 || more) this.heading.textContent = this.texts.say('heading', { n: this.count, title: this.page.title });
  }

  /** Gives behaviour to what came from the server. */
  private prepare(part: ParentNode): void {
    this.texts.times(part);
    for (const name of ['author', 'body']) part.querySelectorAll(`.${name}`).forEach((it) => it.setAttribute('part', name));
    part.querySelectorAll('article').forEach((it) => it.setAttribute('part', 'comment'));
    part.querySelectorAll<HTMLElement>('article:not(.hidden)').forEach((article) => this.equip(article));
    part.querySelectorAll<HTMLElement>('.more[data-after]').forEach((more) => {
      const text = more.textContent as string;
      more.textContent = '';
      const load = button(text, () => this.more(more, load), '');
      more.append(load);
    });
    this.links(part);
  }

  /** Permalinks stay on the page, whatever its `<base href>`. */
  private links(part: ParentNode): void {
    part.querySelectorAll<HTMLAnchorElement>('a.permalink').forEach((anchor) => {
      anchor.href = location.pathname + location.search + anchor.hash;
      anchor.addEventListener('click', (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        const article = anchor.closest('article') as HTMLElement;
        history.replaceState(history.state, '', `${location.pathname}${location.search}#${article.id}`);
        this.point(article);
      });
    });
  }

  private name(article: HTMLElement): string {
    return article.querySelector('.author')?.textContent || '';
  }

  /** The row of buttons below a public comment. */
  private equip(article: HTMLElement): void {
    if (!this.writable) return;
    const name = this.name(article);
    const row = h('div', { class: 'actions' });
    if (this.section.dataset.state !== 'closed' && this.section.dataset.paused === undefined) {
      const text = this.texts.say('reply');
      row.append(button(text, () => this.reply(article).focus(), 'plain', this.texts.say('reply-to', { name })));
    }
    const text = this.texts.say('report');
    const open: HTMLButtonElement = button(
      text,
      () => void report(this, article, open),
      'plain',
      this.texts.say('report-by', { name }),
    );
    row.append(open);
    article.append(row);
  }

  article(id: string): HTMLElement | null {
    return this.section.querySelector(`article[data-id="${id}"]`);
  }

  /** Where the address says: a comment here, or one in another part. */
  private readonly follow = (): void => {
    take();
    const id = PERMALINK.exec(location.hash)?.[1];
    const article = id && this.section && this.article(id);
    if (article) this.point(article);
    else if (id) this.load(id);
  };

  private point(article: HTMLElement): void {
    this.section.querySelectorAll('.target').forEach((old) => old.classList.remove('target'));
    article.classList.add('target');
    article.tabIndex = -1;
    article.focus({ preventScroll: true });
    article.scrollIntoView({ block: 'start' });
  }

  /** Loads what follows, and moves the focus to the first of it. */
  private async more(place: HTMLElement, pressed: HTMLButtonElement): Promise<void> {
    pressed.disabled = true;
    let content: DocumentFragment;
    try {
      content = await this.fragment({ after: place.dataset.after });
    } catch {
      pressed.disabled = false;
      const failed = this.texts.say('load-failed');
      place.querySelector('.error')?.remove();
      place.append(h('p', { class: 'error' }, failed));
      this.say(failed);
      pressed.focus();
      return;
    }
    const part = content.querySelector('section') as HTMLElement;
    const loaded = Array.from(part.querySelectorAll<HTMLElement>('article'));
    // In a thread, where it goes on is told at its root: the part's own end is what is asked for next.
    const next = part.querySelector<HTMLElement>(':scope > .more');
    const thread = place.closest('article');
    for (const item of Array.from(part.querySelectorAll<HTMLElement>(':scope > ol > li'))) {
      const article = item.querySelector('article') as HTMLElement;
      if (this.article(article.dataset.id as string)) continue;
      this.place(item, thread ? article.dataset.parent : undefined);
      this.prepare(item);
    }
    place.querySelector('.error')?.remove();
    if (next) {
      place.dataset.after = next.dataset.after;
      pressed.disabled = false;
    } else place.remove();
    const first = loaded.find((article) => article.isConnected);
    if (first) focus(first);
    this.say(this.texts.say('loaded', { n: loaded.length }));
    this.own();
  }

  /** Puts a comment below what it answers, as far as levels go; without it, at the end. */
  place(item: HTMLElement, parent?: string | null): void {
    const above = parent ? this.article(parent) : null;
    let list: HTMLElement | null;
    if (above) {
      const holder = above.closest('li') as HTMLElement;
      let level = 0;
      for (let at = holder.parentElement?.closest('li'); at; at = at.parentElement?.closest('li')) level++;
      list = level >= LEVELS ? holder.parentElement : holder.querySelector(':scope > ol');
      if (!list) holder.append((list = h('ol')));
    } else {
      list = this.section.querySelector(':scope > ol');
      if (!list) {
        list = h('ol');
        this.section.insertBefore(list, this.section.querySelector(':scope > form'));
      }
    }
    list.append(item);
  }

  private reply(article: HTMLElement): Composer {
    return this.compose(article, { slot: `r${article.dataset.id}`, parent: article.dataset.id, name: this.name(article) });
  }

  /** A composer below a comment; the one that is open there already. */
  private compose(article: HTMLElement, what: ConstructorParameters<typeof Composer>[1]): Composer {
    for (const open of this.composers) if (open.what.slot === what.slot && open.form.isConnected) return open;
    const composer = new Composer(this, what, article.querySelector<HTMLElement>('.actions button') || article);
    article.after(composer.form);
    return composer;
  }

  /** Shows a comment that was just sent. */
  async sent(comment: Comment, what: Composer['what']): Promise<void> {
    const fresh = comment.state === 'published' && !comment.pending;
    if (fresh && !what.own) {
      this.mine(comment);
      this.recount(1);
    }
    await this.own();
    let article = this.article(comment.id);
    if (article && what.own && fresh) {
      // An edit that is public at once.
      const body = article.querySelector('.body') as HTMLElement;
      body.textContent = '';
      body.append(fromServer(comment.html));
    }
    if (!article) article = this.mine(comment);
    this.point(article);
    this.say(this.texts.say(fresh ? 'posted' : 'sent'));
  }

  /** The reader's own comments that others do not see, and what can be done with those that they do. */
  async own(): Promise<void> {
    const token = this.token;
    if (!token || !this.writable) return;
    let me: { account: Account; own: Own[]; others: string[] };
    try {
      me = await call('GET', `${BASE}/api/v1/me?${this.query({ site: this.site })}`, undefined, token);
    } catch (error) {
      if ((error as Problem).status === 401) this.signedOut();
      return;
    }
    this.account = me.account;
    this.composers.forEach((composer) => composer.redraw());
    me.own.forEach((own) => this.showOwn(own));
    me.others.forEach((id) => {
      const article = this.article(id);
      if (article) this.ownActions(article, id);
    });
  }

  /** An article of the reader's own, built here since the public fragment has none. */
  private mine(comment: Comment): HTMLElement {
    const { id } = comment;
    let article = this.article(id);
    if (!article) {
      article = h('article', { id: `hustings-${id}`, 'data-id': id, part: 'comment' });
      this.place(h('li', {}, article), comment.parent_id);
    }
    article.className = `comment own ${comment.state}`;
    article.setAttribute('aria-labelledby', `by-${id}`);
    article.textContent = '';
    article.append(
      h(
        'header',
        { id: `by-${id}` },
        h('bdi', { class: 'author', part: 'author' }, this.account?.name),
        ' ',
        h('a', { class: 'permalink', href: `#hustings-${id}` }, h('time', { datetime: comment.created_at })),
      ),
      h('div', { class: 'body', part: 'body', dir: 'auto' }, fromServer(comment.html)),
    );
    this.texts.times(article);
    this.links(article);
    if (comment.state === 'published') this.equip(article);
    return article;
  }

  private showOwn(own: Own): void {
    const { texts } = this;
    let article = this.article(own.id);
    const reason = own.reason ? why(texts, own.reason) || own.reason_text || own.reason : '';
    if (own.state !== 'published') article = this.mine(own);
    // Its public text comes with the part that it stands in: here is only the one that waits.
    if (!article) return;
    article.querySelectorAll(':scope > .state, :scope > .preview').forEach((old) => old.remove());
    const row = this.ownActions(article, own.id, own);
    if (own.state === 'published') {
      const { refused } = own;
      if (refused) {
        const because = refused.reason ? why(texts, refused.reason) || refused.reason_text || refused.reason : '';
        row.before(
          h('p', { class: 'state bad' }, texts.say('refused-edit'), because && ` ${texts.say('reason', { reason: because })}`),
          h('div', { class: 'preview refused', dir: 'auto' }, refused.body),
        );
        this.again(row, article, own, refused.body);
      }
      if (!own.pending) return;
      row.before(
        h('p', { class: 'state' }, texts.say('pending')),
        h('div', { class: 'preview', dir: 'auto' }, fromServer(own.html)),
      );
      return;
    }
    const held = own.state === 'held';
    const says = held
      ? texts.say('waiting')
      : texts.say(own.state === 'removed' ? 'removed' : 'rejected') + (reason ? ` ${texts.say('reason', { reason })}` : '');
    row.before(h('p', { class: 'state' }, says));
    if (!held) this.again(row, article, own, own.body);
  }

  /** What can be done with a text that was not taken: copied, or changed and sent again. */
  private again(row: HTMLElement, article: HTMLElement, own: Own, body: string): void {
    const { texts } = this;
    const copy = button(
      texts.say('copy'),
      () =>
        navigator.clipboard.writeText(body).then(
          () => this.say((copy.textContent = texts.say('copied'))),
          () => this.say((copy.textContent = texts.say('not-done'))),
        ),
      'plain mine',
    );
    row.prepend(copy);
    const edit = own.state === 'published';
    if (edit ? !editable(own) : !this.main) return;
    const resubmit = () => {
      const parent = own.parent_id ? this.article(own.parent_id) : null;
      let composer = this.main as Composer;
      if (edit) composer = this.compose(article, { slot: `e${own.id}`, own });
      else if (parent && !parent.classList.contains('hidden')) composer = this.reply(parent);
      // What stands in a box already is nobody's to overwrite.
      if (composer.holds(edit ? own.body : body)) {
        composer = this.compose(article, { slot: `n${own.id}`, parent: parent ? own.parent_id as string : undefined });
        if (composer.holds(body)) return composer.focus();
      }
      composer.fill(body);
      composer.focus();
    };
    row.prepend(button(texts.say('resubmit'), resubmit, 'plain mine'));
  }

  /** Edit and withdraw, on a comment of the reader's own. */
  private ownActions(article: HTMLElement, id: string, own?: Own): HTMLElement {
    const { texts } = this;
    let row = article.querySelector<HTMLElement>(':scope > .actions');
    if (!row) article.append((row = h('div', { class: 'actions' })));
    row.querySelectorAll('.mine').forEach((old) => old.remove());
    if (own && editable(own)) {
      row.append(
        button(
          texts.say('edit'),
          () => this.compose(article, { slot: `e${id}`, own }).focus(),
          'plain mine edit',
          texts.say('edit-own'),
        ),
      );
    }
    const withdraw = button(
      texts.say('withdraw'),
      () => {
        const question = h('p', { class: 'state', tabindex: '-1' }, texts.say('withdraw-sure'));
        const close = () => {
          question.remove();
          withdraw.hidden = false;
        };
        const yes = button(
          texts.say('withdraw-yes'),
          async () => {
            yes.disabled = true;
            try {
              await call('DELETE', `${BASE}/api/v1/comments/${id}`, undefined, this.token);
              this.withdrawn(article);
            } catch {
              yes.disabled = false;
              this.say(texts.say('not-done'));
              question.prepend(h('strong', {}, texts.say('not-done'), ' '));
            }
          },
          '',
        );
        question.append(
          h(
            'span',
            { class: 'row' },
            yes,
            button(
              texts.say('keep'),
              () => {
                close();
                withdraw.focus();
              },
              '',
            ),
          ),
        );
        withdraw.hidden = true;
        article.append(question);
        focus(question);
      },
      'plain mine',
      texts.say('withdraw-own'),
    );
    row.append(withdraw);
    return row;
  }

  private withdrawn(article: HTMLElement): void {
    const item = article.closest('li') as HTMLElement;
    if (article.classList.contains('published')) this.recount(-1);
    const next = item.nextElementSibling?.querySelector<HTMLElement>('article') || this.heading;
    if (item.querySelector(':scope > ol')) {
      article.className = 'comment hidden';
      article.textContent = '';
      article.append(h('p', { class: 'hidden' }, this.texts.say('not-public')));
    } else item.remove();
    this.say(this.texts.say('withdrawn'));
    focus(next);
  }

  signedIn(answer: { token: string; expires_at: string; account: Account }): void {
    this.store.set('token', { token: answer.token });
    this.account = answer.account;
    this.composers.forEach((composer) => composer.redraw());
  }

  /** Forgets who the reader is, and what only they could see. */
  signedOut(): void {
    this.store.remove('token');
    this.store.remove('flow');
    this.account = null;
    this.section.querySelectorAll('.mine, .own > .state').forEach((mine) => mine.remove());
    this.section.querySelectorAll<HTMLElement>('.own:not(.published)').forEach((own) => own.closest('li')?.remove());
    this.composers.forEach((composer) => composer.redraw());
  }

  async signOut(): Promise<void> {
    const token = this.token;
    this.signedOut();
    this.say(this.texts.say('signed-out'));
    // A token that cannot be ended now ends by itself; it is forgotten here in any case.
    await call('DELETE', `${BASE}/api/v1/me/token`, undefined, token).catch(() => undefined);
  }
}

function editable(own: Own): boolean {
  return !!own.editable_until && new Date(own.editable_until).getTime() > Date.now();
}

/** The sentence for a moderator's reason of the usual list. */
function why(texts: Texts, reason: string): string | undefined {
  const known: Record<string, string> = {
    off_topic: 'why-off-topic',
    abusive: 'why-abusive',
    accuses_without_source: 'why-accuses',
    private_life: 'why-private',
    advertising: 'why-advertising',
  };
  return known[reason] && texts.say(known[reason]);
}

/** What the host page says that it is about. */
function title(): string {
  const named = document.querySelector<HTMLMetaElement>('meta[property="og:title"]')?.content;
  const heading = document.querySelector('article h1, main h1, h1')?.textContent;
  return (named || heading || document.title || location.host).replace(/\s+/g, ' ').trim();
}
