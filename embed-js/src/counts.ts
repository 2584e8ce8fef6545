// Fills in how many comments pages have:
//   <a href="/post" data-hustings-count></a>
//   <script async src="https://comments.example.org/embed/counts.js" data-site="ward-news"></script>
// The page is the attribute's value, else the link's, else this one. `data-one` and `data-other` say how the number is
// written, with `#` in its place. Nothing is changed where the server cannot be asked.

const script = (document.currentScript || document.querySelector('script[data-site][src*="/embed/counts.js"]')) as HTMLScriptElement;

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
        const n = counts[page];
        element.textContent = ((n === 1 ? element.dataset.one : element.dataset.other) || '#').replace('#', n.toLocaleString());
      }
    }
  }
}

if (document.readyState === 'loading') addEventListener('DOMContentLoaded', fill);
else fill();
