// Fills in how many comments pages have:
//   <a href="/post" data-hustings-count></a>
//   <script async src="https://comments.example.org/embed/counts.js" data-site="ward-news"></script>
// The page is the attribute's value, else the link's, else this one. `data-one` and `data-other` say how the number is
// written, with `#` in its place; languages with more plurals add `data-two`, `data-few` and `data-many`, and `data-zero`
// is for none at all. Nothing is changed where the server cannot be asked.

const script = (document.currentScript || document.querySelector('script[data-site][src*="/embed/counts.js"]')) as HTMLScriptElement;

/** How the element wants a number written, by the plurals of its language. */
function written(element: HTMLElement, n: number): string {
  const lang = (element.closest('[lang]') as HTMLElement)?.lang || undefined;
  const data = element.dataset;
  try {
    const form = n ? new Intl.PluralRules(lang).select(n) : 'zero';
    return (data[form] || data.other || '#').replace('#', n.toLocaleString(lang));
  } catch {
    // A `lang` that is no language.
    return (data.other || '#').replace('#', `${n}`);
  }
}

async function fill(): Promise<void> {
  const places = new Map<string, HTMLElement[]>();
  document.querySelectorAll<HTMLElement>('[data-hustings-count]').forEach((element) => {
    const address = element.dataset.hustingsCount || (element as HTMLAnchorElement).href || location.href;
    const page = new URL(address, location.href).href.split('#')[0];
    places.set(page, [...(places.get(page) || []), element]);
  });
  const pages = [...places.keys()];
  const address = new URL(`/api/v1/sites/${script.dataset.site}/counts?`, script.src);
  for (let from = 0; from < pages.length; from += 50) {
    const query = pages.slice(from, from + 50).map((page) => `page=${encodeURIComponent(page)}`);
    const answer = await fetch(address + query.join('&'), { credentials: 'omit' });
    const { counts } = await answer.json();
    for (const page in counts) {
      for (const element of places.get(page) || []) {
        element.textContent = written(element, counts[page]);
      }
    }
  }
}

if (document.readyState === 'loading') addEventListener('DOMContentLoaded', fill);
else fill();
