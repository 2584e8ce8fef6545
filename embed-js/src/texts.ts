// The sentences of the page's language, which come with the server's fragment; numbers and times in it.

type Forms = Record<string, string>;

export class Texts {
  constructor(
    private readonly sentences: Record<string, string | Forms>,
    readonly lang: string,
  ) {}

  /** A sentence, its places `{$name}` filled; its form chosen by `places.n` where it has several. */
  say(id: string, places: Record<string, string | number> = {}): string {
    const found = this.sentences[id];
    let text = found as string;
    if (typeof found === 'object') text = found[new Intl.PluralRules(this.lang).select(Number(places.n))] ?? found.other;
    return (text ?? id).replace(/\{\$(\w+)\}/g, (_, name) => {
      const value = places[name];
      return typeof value === 'number' ? value.toLocaleString(this.lang) : (value ?? '');
    });
  }

  /** How long ago; the date after a month. */
  ago(moment: Date): string {
    const seconds = (moment.getTime() - Date.now()) / 1000;
    const steps: [number, Intl.RelativeTimeFormatUnit][] = [
      [60, 'second'],
      [3600, 'minute'],
      [86_400, 'hour'],
      [2_592_000, 'day'],
    ];
    const relative = new Intl.RelativeTimeFormat(this.lang, { numeric: 'auto' });
    let unit = 1;
    for (const [below, name] of steps) {
      if (-seconds < below) return relative.format(name === 'second' ? 0 : Math.trunc(seconds / unit), name);
      unit = below;
    }
    return moment.toLocaleDateString(this.lang, { dateStyle: 'long' } as Intl.DateTimeFormatOptions);
  }

  /** Shows the times below an element as they are to a reader now. */
  times(root: ParentNode): void {
    root.querySelectorAll('time').forEach((time) => {
      const moment = new Date(time.dateTime);
      time.textContent = this.ago(moment);
      time.title = moment.toLocaleString(this.lang);
    });
  }
}

/** How many characters, as people count them, are beyond so many bytes of UTF-8. */
export function beyond(text: string, bytes: number): number {
  if (text.length * 3 <= bytes) return 0;
  const encoder = new TextEncoder();
  const { Segmenter } = Intl as unknown as { Segmenter?: new () => { segment(text: string): Iterable<{ segment: string }> } };
  const characters = Segmenter ? Array.from(new Segmenter().segment(text), (one) => one.segment) : Array.from(text);
  let over = 0;
  for (const character of characters) {
    bytes -= encoder.encode(character).length;
    if (bytes < 0) over++;
  }
  return over;
}
