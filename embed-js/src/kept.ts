// What was written here and has no box any more: comments were closed meanwhile, or the comment that was answered is gone.
import { button, h } from './dom';
import type { Widget } from './widget';

/** Shows such drafts with a way to take them along. */
export function kept(widget: Widget, section: HTMLElement): void {
  const { texts, store } = widget;
  if (section.querySelector('.kept')) return;
  const begin = `draft ${widget.pageKey}\n`;
  const unread = section.querySelector('.more[data-after]');
  for (const name of store.names(begin)) {
    const slot = name.slice(begin.length);
    const body = store.get<{ body: string }>(name)?.body;
    // What changes a comment stands with the comment.
    if (!body || slot[0] === 'e') continue;
    if (widget.main) {
      const parent = slot[0] === 'r' && widget.article(slot.slice(1));
      if (slot[0] !== 'r' || (parent ? !parent.classList.contains('hidden') : unread)) continue;
    }
    const text = h('textarea', { readonly: true, rows: '4', dir: 'auto', 'aria-label': texts.say('what-you-wrote') });
    text.value = body;
    const copy = button(texts.say('copy'), () => {
      text.select();
      navigator.clipboard.writeText(body).then(
        () => widget.say((copy.textContent = texts.say('copied'))),
        () => widget.say(texts.say('not-done')),
      );
    });
    const box = h('div', { class: 'kept' }, h('p', { class: 'notice' }, texts.say('kept')), text);
    const drop = button(texts.say('discard'), () => {
      store.remove(name);
      box.remove();
      widget.say(texts.say('discarded'));
    });
    box.append(h('p', { class: 'row' }, copy, drop));
    section.append(box);
  }
}
