// Writing: a new comment, a reply or an edit; who the writer is; the code of the letter; sending. One flow, and one
// idempotency key from the first try to the answer, so that nothing is posted twice.
import { Account, Comment, Own, Problem, call } from './api';
import { button, focus, fromServer, h, link } from './dom';
import { meant } from './later';
import { base64url, random } from './random';
import { beyond } from './texts';
import type { Widget } from './widget';

/** So long a sign-in that was begun is offered again; its code is good for less. */
export const FLOW_MS = 20 * 60_000;

/** A sign-in that was begun: what must outlive the page, since a phone drops it while the letter is read. */
export interface Flow {
  page: string;
  /** Which composer. */
  slot: string;
  parent?: string;
  request_id: string;
  verifier: string;
  email: string;
  name: string;
  at: number;
  /** Whether to post once signed in. */
  post: boolean;
  /** Of a sign-in elsewhere that has come back. */
  code?: string;
}

interface Draft {
  body: string;
  at: number;
  key?: string;
}

interface What {
  /** Empty for a new comment, `r` and an id for a reply, `e` and an id for an edit. */
  slot: string;
  parent?: string;
  /** Whom a reply answers. */
  name?: string;
  /** What is edited. */
  own?: Own;
}

type Step = 'write' | 'who' | 'code';

/** What the reader is told where the server refuses. */
const SAID: Record<string, string> = {
  body_empty: 'error-empty',
  body_too_long: 'error-long',
  email_invalid: 'error-email',
  name_invalid_length: 'error-name',
  name_invalid_characters: 'error-name',
  name_needs_letter: 'error-name',
  name_needed: 'error-name-needed',
  code_invalid: 'error-code',
  code_wrong: 'error-code-wrong',
  code_expired: 'error-code-over',
  code_used: 'error-code-over',
  code_tries_over: 'error-code-over',
  sign_in_not_found: 'error-code-over',
  resend_over: 'error-code-over',
  parent_not_public: 'error-parent',
  page_closed: 'error-closed',
  suspended: 'error-barred',
  banned: 'error-barred',
  edit_window_over: 'error-edit-over',
  not_editable: 'error-edit-over',
  idempotency_key_reused: 'error-arrived',
};

let forms = 0;

export class Composer {
  readonly form: HTMLFormElement;
  private readonly id = `c${++forms}-`;
  private readonly text: HTMLTextAreaElement;
  private readonly over = h('p', { class: 'error', hidden: true, id: `${this.id}over` });
  private readonly error = h('p', { class: 'error', role: 'alert', hidden: true, id: `${this.id}error` });
  private readonly foot = h('div');
  private readonly shown = h('div', { class: 'preview', dir: 'auto', hidden: true, tabindex: '-1' });
  private step: Step = 'write';
  posting = true;
  private flow?: Flow;
  private busy = false;

  constructor(
    readonly widget: Widget,
    readonly what: What,
    private readonly opener?: HTMLElement,
  ) {
    const { texts } = widget;
    const label = what.own ? 'your-edit' : what.parent ? 'your-reply' : 'your-comment';
    this.text = h('textarea', {
      id: `${this.id}text`,
      dir: 'auto',
      rows: '4',
      'aria-describedby': `${this.id}over ${this.id}error`,
      input: () => this.typed(),
    });
    this.form = h(
      'form',
      { class: 'composer', part: 'composer', novalidate: true, submit: (event) => this.submit(event) },
      h('label', { for: this.text.id }, texts.say(label, { name: what.name || '' })),
      this.text,
      this.over,
      this.shown,
      this.foot,
    );
    this.text.value = this.draft?.body ?? what.own?.body ?? '';
    widget.composers.add(this);
    this.draw();
    this.measure();
  }

  // ---- the text and its draft

  get slot(): string {
    return `draft ${this.widget.pageKey}\n${this.what.slot}`;
  }

  private get draft(): Draft | null {
    return this.widget.store.get(this.slot);
  }

  private keep(change: Partial<Draft>): void {
    this.widget.store.set(this.slot, { ...this.draft, body: this.text.value, at: Date.now(), ...change });
  }

  private typed(): void {
    if (this.text.value || this.draft?.key) this.keep({});
    else this.widget.store.remove(this.slot);
    this.foot.querySelector('.discard')?.remove();
    this.measure();
  }

  private measure(): void {
    const over = beyond(this.text.value, this.widget.data.limit);
    this.over.hidden = !over;
    if (over) this.over.textContent = this.widget.texts.say('too-long', { n: over });
    this.mark(this.text, !!over);
    if (this.text.scrollHeight > this.text.clientHeight) this.text.style.height = `${this.text.scrollHeight + 4}px`;
  }

  /** Whether the box has a text of the writer's own, other than this one. */
  holds(other: string): boolean {
    return !!this.text.value.trim() && this.text.value !== other;
  }

  fill(text: string): void {
    this.text.value = text;
    this.typed();
  }

  focus(): void {
    this.text.focus();
    this.form.scrollIntoView({ block: 'nearest' });
  }

  // ---- what stands below the text

  /** Once who the reader is has changed. */
  redraw(): void {
    if (this.step === 'write' && !this.busy) this.draw();
  }

  private go(step: Step): void {
    this.step = step;
    this.draw();
    this.foot.querySelector<HTMLElement>('input')?.focus();
  }

  private draw(): void {
    const { foot } = this;
    const active = foot.contains((foot.getRootNode() as ShadowRoot).activeElement);
    foot.textContent = '';
    this.fail();
    if (this.step === 'write') this.drawWrite();
    else if (this.step === 'who') this.drawWho();
    else this.drawCode();
    if (active) foot.querySelector<HTMLElement>('input, button')?.focus();
  }

  private primary(text: string): HTMLButtonElement {
    return h('button', { class: 'primary', part: 'button' }, text);
  }

  private drawWrite(): void {
    const { widget, what } = this;
    const { texts } = widget;
    const signedIn = !!widget.token;
    const draft = this.draft;
    const row = h('div', { class: 'row' }, this.primary(texts.say(what.own ? 'save' : 'post')));
    if (signedIn) row.append(button(texts.say('preview'), () => void this.preview(), ''));
    if (what.slot) row.append(button(texts.say('cancel'), () => this.close(), ''));
    if (draft?.body && this.text.value === draft.body) {
      row.append(
        h(
          'span',
          { class: 'discard hint' },
          texts.say('draft', { time: texts.ago(new Date(draft.at)) }),
          ' ',
          button(texts.say('discard'), () => {
            this.text.value = what.own?.body || '';
            widget.store.remove(this.slot);
            this.draw();
            this.measure();
            this.text.focus();
          }),
        ),
      );
    }
    if (what.own?.state === 'published') {
      this.foot.append( h('label', { class: 'choice' }, h('input', { type: 'checkbox', class: 'hide' }), texts.say('hide')));
    }
    if (!signedIn) this.foot.append(h('p', { class: 'hint' }, texts.say('next')));
    const who = h('p', { class: 'hint' });
    if (signedIn) {
      if (widget.account) who.append(texts.say('signed-in', { name: widget.account.name }), ' ');
      who.append(button(texts.say('sign-out'), () => void widget.signOut()));
    } else if (!what.slot) {
      who.append(
        button(texts.say('sign-in'), () => {
          this.posting = false;
          this.go('who');
        }),
      );
    }
    who.append(' ', link(texts.say('about'), widget.about));
    this.foot.append( this.error, row, who);
  }

  private field(name: string, label: string, hint: string, attributes: Record<string, string>): HTMLElement {
    const id = this.id + name;
    return h(
      'div',
      { class: 'field' },
      h('label', { for: id }, label),
      h('input', { id, class: name, 'aria-describedby': `${id}-hint ${this.id}error`, ...attributes }),
      hint && h('p', { class: 'hint', id: `${id}-hint` }, hint),
    );
  }

  private input(name: string): HTMLInputElement | null {
    return this.foot.querySelector(`input.${name}`);
  }

  private drawWho(): void {
    const { widget } = this;
    const { texts } = widget;
    const who = this.flow;
    const email = this.field('email', texts.say('email'), texts.say('email-hint'), {
      type: 'email',
      autocomplete: 'email',
      dir: 'ltr',
      value: who?.email || '',
    });
    const row = h('div', { class: 'row' });
    row.append(
      this.field('name', texts.say('name'), `${texts.say('name-hint')} ${texts.say('name-kept')}`, {
        autocomplete: 'nickname',
        dir: 'auto',
        maxlength: '80',
        value: who?.name || '',
      }),
      email,
    );
    const ways = h('div', { class: 'ways', hidden: true });
    const suggestion = h('p', { class: 'meant', role: 'status' });
    const input = email.querySelector('input') as HTMLInputElement;
    const suggest = async () => {
      const { value } = input;
      const better = await meant(this.widget, value);
      suggestion.textContent = '';
      if (better && input.value === value) {
        suggestion.append(
          button(texts.say('meant', { address: better }), () => {
            input.value = better;
            suggestion.textContent = '';
            input.focus();
          }),
        );
      }
    };
    input.addEventListener('change', suggest);
    void suggest();
    this.foot.append(
      h(
        'fieldset',
        {},
        h('legend', {}, texts.say('who')),
        ways,
        row,
        suggestion,
        this.error,
        h(
          'div',
          { class: 'row' },
          this.primary(texts.say('send-code')),
          button(
            texts.say('back'),
            () => {
              this.posting = true;
              this.step = 'write';
              this.draw();
              this.text.focus();
            },
            '',
          ),
        ),
        h('p', { class: 'hint' }, link(texts.say('about'), widget.about)),
      ),
    );
    // Where it cannot be loaded there is the email address.
    if (widget.data.providers) widget.part().then((it) => it.ways(this, ways), console.error);
  }

  private drawCode(): void {
    const { widget } = this;
    const { texts, data } = widget;
    const flow = this.flow as Flow;
    const again = button(texts.say('resend'), () => void this.again(), '');
    again.hidden = true;
    const refused = h('p', { class: 'error', role: 'alert', hidden: true });
    this.foot.append(
      h(
        'fieldset',
        {},
        h('legend', {}, texts.say('code-step')),
        h('p', { class: 'hint' }, texts.say('code-sent'), ' ', h('bdi', { class: 'address', dir: 'ltr' }, flow.email)),
        h('p', { class: 'hint' }, texts.say('code-from', { from: data.from }), ' ', data.letters && link(texts.say('letters'), data.letters)),
        refused,
        this.field('code', texts.say('code'), '', {
          inputmode: 'numeric',
          autocomplete: 'one-time-code',
          dir: 'ltr',
          maxlength: '11',
          spellcheck: 'false',
        }),
        h('div', { class: 'name-needed' }),
        this.error,
        h(
          'div',
          { class: 'row' },
          this.primary(texts.say(flow.post ? (this.what.own ? 'save' : 'post') : 'sign-in')),
          again,
          button(texts.say('wrong-address'), () => {
            this.go('who');
            this.input('email')?.focus();
          }, ''),
        ),
      ),
    );
    this.watch(again, refused);
  }

  /** Follows the letter, and says when it can be asked for again. */
  private watch(again: HTMLButtonElement, refused: HTMLElement): void {
    const { texts, base } = this.widget;
    const flow = this.flow as Flow;
    let left: number | null = null;
    let turn = 0;
    let ended = false;
    const tick = async () => {
      if (!again.isConnected && turn) {
        clearInterval(timer);
        return;
      }
      if (left !== null) left--;
      if (!ended && turn++ % 5 === 0) {
        const { request_id, verifier } = flow;
        type Status = { letter: string; resend_after: number | null };
        const status = await call<Status>('POST', `${base}/api/v1/sign-in/email/status`, { request_id, verifier }).catch(() => null);
        if (status) {
          left = status.resend_after;
          refused.hidden = status.letter !== 'refused';
          if (!refused.hidden) refused.textContent = texts.say('refused', { address: flow.email });
          ended = status.letter !== 'queued';
        }
      }
      again.hidden = left === null;
      again.disabled = (left as number) > 0;
      again.textContent = again.disabled ? texts.say('resend-in', { n: left as number }) : texts.say('resend');
    };
    const timer = setInterval(tick, 1000);
    void tick();
  }

  private async again(): Promise<void> {
    const { request_id, verifier } = this.flow as Flow;
    await this.work(async () => {
      await call('POST', `${this.widget.base}/api/v1/sign-in/email/resend`, { request_id, verifier });
      this.go('code');
      this.widget.say(this.widget.texts.say('resent'));
    });
  }

  // ---- what went wrong

  private mark(input: HTMLElement | null, wrong: boolean): void {
    if (wrong) input?.setAttribute('aria-invalid', 'true');
    else input?.removeAttribute('aria-invalid');
  }

  /** Says what went wrong, at the field that it is about; without a sentence, that nothing is. */
  private fail(text = '', field: HTMLElement | null = null, ...more: Node[]): void {
    this.error.hidden = !text;
    this.error.textContent = text;
    if (more.length) this.error.append(' ', ...more);
    this.form.querySelectorAll('[aria-invalid]').forEach((input) => input !== this.text && this.mark(input as HTMLElement, false));
    if (field) {
      this.mark(field, field !== this.text);
      field.focus();
    }
  }

  private refused(problem: Problem): void {
    const { texts } = this.widget;
    if (!(problem instanceof Problem)) throw problem;
    if (problem.again) {
      this.fail(texts.say('not-sent'), null, button(texts.say('try-again'), () => this.submit(), ''));
      this.error.querySelector('button')?.focus();
      return;
    }
    const { code, pointer } = problem.errors[0] || { code: problem.code, pointer: '' };
    if (code === 'name_needed') this.askName();
    const field = pointer === '/body' ? this.text : this.input(pointer.slice(1));
    if (problem.code === 'origin_not_listed') console.error('hustings:', problem.detail);
    if (problem.status === 429) this.fail(texts.say('error-limit', { n: Math.max(1, Math.ceil(problem.wait / 60)) }), field);
    else if (code === 'site_paused') this.fail(problem.detail);
    else this.fail(texts.say(SAID[code] || 'error-other', { detail: problem.detail }), field);
    if (SAID[code] === 'error-code-over') {
      const text = this.error.textContent as string;
      this.widget.store.remove('flow');
      this.go('who');
      this.fail(text);
    }
  }

  private askName(): void {
    const place = this.foot.querySelector('.name-needed');
    if (!place || place.firstChild) return;
    const { texts } = this.widget;
    place.append(this.field('name', texts.say('name'), texts.say('name-hint'), { autocomplete: 'nickname', dir: 'auto' }));
  }

  // ---- what a press on the button does

  /** Runs one request at a time. */
  async work(run: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.form.setAttribute('aria-busy', 'true');
    const pressed = this.foot.querySelector<HTMLButtonElement>('.primary');
    if (pressed) pressed.disabled = true;
    try {
      await run();
    } catch (problem) {
      this.refused(problem as Problem);
    } finally {
      this.busy = false;
      this.form.removeAttribute('aria-busy');
      this.foot.querySelectorAll<HTMLButtonElement>('.primary').forEach((primary) => (primary.disabled = false));
    }
  }

  private submit(event?: Event): void {
    event?.preventDefault();
    const run = { write: this.write, who: this.who, code: this.code }[this.step];
    void this.work(() => run.call(this));
  }

  private async write(): Promise<void> {
    const { widget } = this;
    if (!this.text.value.trim()) return this.fail(widget.texts.say('error-empty'), this.text);
    if (!this.over.hidden) return this.text.focus();
    this.posting = true;
    if (widget.token) await this.send();
    else this.go('who');
  }

  private async who(): Promise<void> {
    const { widget } = this;
    const [name, email] = [this.input('name')!.value.trim(), this.input('email')!.value.trim()];
    if (this.posting && !name) return this.fail(widget.texts.say('error-name-needed'), this.input('name'));
    if (!/^\S+@\S+$/.test(email)) return this.fail(widget.texts.say('error-email'), this.input('email'));
    const verifier = random(32);
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
    const { request_id } = await call<{ request_id: string }>('POST', `${widget.base}/api/v1/sign-in/email`, {
      site: widget.site,
      email,
      name: name || undefined,
      lang: widget.texts.lang,
      challenge: base64url(new Uint8Array(hash)),
    });
    const { slot, parent } = this.what;
    this.flow = { page: widget.pageKey, slot, parent, request_id, verifier, email, name, at: Date.now(), post: this.posting };
    widget.store.set('flow', this.flow);
    this.go('code');
    widget.say(`${widget.texts.say('code-sent')} ${email}`);
  }

  /** Goes on where the page was left. */
  resume(flow: Flow): void {
    this.posting = flow.post;
    const { code } = flow;
    if (code) {
      this.form.scrollIntoView({ block: 'nearest' });
      void this.widget.part().then((it) => it.back(this, flow, code), console.error);
      return;
    }
    this.flow = flow;
    this.go('code');
    this.form.scrollIntoView({ block: 'nearest' });
  }

  private async code(): Promise<void> {
    const { widget } = this;
    const flow = this.flow as Flow;
    const code = this.input('code')!.value.replace(/\D/g, '');
    if (code.length !== 8) return this.fail(widget.texts.say('error-code'), this.input('code'));
    const name = this.input('name')?.value.trim();
    const { request_id, verifier } = flow;
    type Answer = { token: string; expires_at: string; account: Account };
    const answer = await call<Answer>('POST', `${widget.base}/api/v1/sign-in/token`, { request_id, verifier, code, name: name || undefined });
    await this.finish(answer, flow.post);
  }

  /** Signed in: posts where that is what began it. */
  async finish(answer: { token: string; expires_at: string; account: Account }, post: boolean): Promise<void> {
    const { widget } = this;
    widget.store.remove('flow');
    this.step = 'write';
    widget.signedIn(answer);
    this.draw();
    if (post && this.text.value.trim() && this.over.hidden) await this.send();
    else {
      void widget.own();
      widget.say(widget.texts.say('signed-in', { name: answer.account.name }));
      this.text.focus();
    }
  }

  /** The key under which the text is posted: kept until there is an answer, since whether an earlier try arrived, only the
   * key can tell. */
  reserve(): string {
    const key = this.draft?.key || random();
    if (this.text.value) this.keep({ key });
    return key;
  }

  private async send(): Promise<void> {
    const { widget, what } = this;
    const body = this.text.value;
    this.shown.hidden = true;
    // Kept until there is an answer: whether an earlier try arrived, only the key can tell.
    const key = this.reserve();
    const hide = !!this.foot.querySelector<HTMLInputElement>('.hide')?.checked;
    let comment: Comment;
    try {
      const answer = what.own
        ? call<{ comment: Comment }>(
            'PATCH',
            `${widget.base}/api/v1/comments/${what.own.id}`,
            { body, while_checked: hide ? 'hide' : 'keep' },
            widget.token,
          )
        : call<{ comment: Comment }>(
            'POST',
            `${widget.base}/api/v1/sites/${widget.site}/comments`,
            { page: widget.page, parent_id: what.parent || null, body },
            widget.token,
            key,
          );
      ({ comment } = await answer);
    } catch (thrown) {
      const problem = thrown as Problem;
      if (problem.status === 401) {
        widget.signedOut();
        return this.go('who');
      }
      if (problem.code === 'idempotency_key_reused') {
        // The text as it was before this change has arrived.
        this.keep({ key: undefined });
        await widget.own();
      }
      throw problem;
    }
    if (this.text.value === body) {
      widget.store.remove(this.slot);
      this.text.value = '';
      this.text.style.height = '';
      if (what.slot) this.end();
      else this.draw();
    } else {
      // Written while the answer was awaited: another text, which goes under a key of its own.
      this.keep({ key: undefined });
      this.draw();
    }
    await widget.sent(comment, what);
  }

  /** Another window has signed the reader in, and posted the text if that was what began it. */
  async noticed(): Promise<void> {
    const { widget } = this;
    this.step = 'write';
    await widget.own();
    this.draw();
    widget.say(widget.texts.say('signed-in', { name: widget.account?.name || '' }));
  }

  /** It has posted it. */
  posted(body: string): void {
    if (this.text.value !== body) return;
    this.text.value = '';
    this.draw();
    void this.widget.own();
  }

  private preview(): Promise<void> {
    const { widget } = this;
    return this.work(async () => {
      if (!this.text.value.trim()) return this.fail(widget.texts.say('error-empty'), this.text);
      const { html } = await call<{ html: string }>(
        'POST',
        `${widget.base}/api/v1/sites/${widget.site}/preview`,
        { body: this.text.value },
        widget.token,
      );
      this.fail();
      this.shown.textContent = '';
      this.shown.append(fromServer(html));
      this.shown.hidden = false;
      focus(this.shown);
    });
  }

  private end(): void {
    this.form.remove();
    this.widget.composers.delete(this);
  }

  /** Puts a reply or an edit away; what was written stays as a draft. */
  private close(): void {
    if (this.what.own && this.text.value === this.what.own.body) this.widget.store.remove(this.slot);
    this.end();
    const { slot, own } = this.what;
    const article = this.widget.article(slot.slice(1));
    (article?.querySelector<HTMLElement>(own ? '.actions .edit' : '.actions button') || this.opener)?.focus();
  }
}
