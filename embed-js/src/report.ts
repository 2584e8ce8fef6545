// Reporting a comment: in place, without an account, with a receipt.
import { Problem, call } from './api';
import { button, focus, h, link } from './dom';
import { random } from './random';
import type { Widget } from './widget';

const REASONS = [
  ['spam', 'report-spam'],
  ['abuse', 'report-abuse'],
  ['false_about_person', 'report-false'],
  ['private_life', 'report-private'],
  ['illegal', 'report-illegal'],
  ['other', 'report-other'],
];

export function report(widget: Widget, article: HTMLElement, opener: HTMLElement): void {
  const { texts } = widget;
  const id = article.dataset.id as string;
  const there = article.parentElement?.querySelector<HTMLElement>(':scope > form.report');
  if (there) {
    there.querySelector('input')?.focus();
    return;
  }
  // The same key for the same report, however often it is sent.
  const key = newKey();
  const note = h('textarea', { id: `n-${id}`, dir: 'auto', rows: '3', maxlength: '2000' });
  const email = h('input', { id: `m-${id}`, type: 'email', autocomplete: 'email', dir: 'ltr' });
  const error = h('p', { class: 'error', role: 'alert', hidden: true });
  const send = h('button', { class: 'primary' }, texts.say('report-send'));
  const close = () => {
    form.remove();
    opener.focus();
  };
  const form = h(
    'form',
    { class: 'report', novalidate: true, submit: (event) => void submit(event) },
    h(
      'fieldset',
      {},
      h('legend', {}, texts.say('report-by', { name: article.querySelector('.author')?.textContent || '' })),
      ...REASONS.map(([value, text]) =>
        h('label', { class: 'choice' }, h('input', { type: 'radio', name: 'reason', value }), texts.say(text)),
      ),
      h('label', { for: note.id }, texts.say('report-note')),
      note,
      h('label', { for: email.id }, texts.say('report-email')),
      email,
      error,
      h('div', { class: 'row' }, send, button(texts.say('cancel'), close, '')),
    ),
  );

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const reason = form.querySelector<HTMLInputElement>('input:checked')?.value;
    error.hidden = !!reason;
    if (!reason) {
      error.textContent = texts.say('report-choose');
      form.querySelector('input')?.focus();
      return;
    }
    send.disabled = true;
    try {
      const { receipt_url } = await call<{ receipt_url: string }>(
        'POST',
        `${widget.base}/api/v1/comments/${id}/reports`,
        { reason, note: note.value, email: email.value.trim() || undefined },
        undefined,
        key(),
      );
      const done = h('p', { class: 'state done' }, texts.say('report-done'), ' ', link(texts.say('report-receipt'), receipt_url));
      form.replaceWith(done);
      focus(done);
    } catch (thrown) {
      send.disabled = false;
      const problem = thrown as Problem;
      const said: Record<string, string> = { note_needed: 'report-note-needed', email_invalid: 'error-email' };
      const code = problem.errors?.[0]?.code;
      error.textContent = texts.say(said[code] || 'not-done');
      error.hidden = false;
      (code === 'email_invalid' ? email : code ? note : send).focus();
    }
  }

  /** A key that is new where the report is another one. */
  function newKey(): () => string {
    let last = '';
    let kept = '';
    return () => {
      const now = [form.querySelector<HTMLInputElement>('input:checked')?.value, note.value, email.value].join('\n');
      if (now !== last) {
        last = now;
        kept = random();
      }
      return kept;
    };
  }

  article.after(form);
  form.querySelector('input')?.focus();
}
