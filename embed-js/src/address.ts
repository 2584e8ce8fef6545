// Addresses that look mistyped.

/** Where most people have their mail. A suggestion is only ever one of these. */
const COMMON =
  'gmail.com googlemail.com hotmail.com hotmail.co.uk outlook.com yahoo.com yahoo.co.uk icloud.com btinternet.com protonmail.com live.com live.co.uk t-online.de'.split(
    ' ',
  );
/** One letter away from those above, and right as they are. */
const OTHERS = 'mail.com ymail.com email.com gmx.com rocketmail.com hotmail.de hotmail.fr hotmail.it hotmail.es yahoo.de yahoo.fr yahoo.it yahoo.es outlook.de outlook.fr'.split(' ');

/** Letters to change, add, drop or swap to make one word of the other. */
function distance(a: string, b: string): number {
  const rows: number[][] = [];
  for (let i = 0; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      if (!i) {
        rows[0][j] = j;
        continue;
      }
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, rows[i - 2][j - 2] + 1);
      rows[i][j] = least;
    }
  }
  return rows[a.length][b.length];
}

/** The address that was probably meant, where one is near. */
export function meant(address: string): string | null {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1).trim().toLowerCase();
  if (at < 1 || COMMON.includes(domain) || OTHERS.includes(domain)) return null;
  const near = COMMON.map((common) => [distance(domain, common), common] as const).sort((a, b) => a[0] - b[0])[0];
  return near[0] <= (domain.length > 8 ? 2 : 1) ? address.slice(0, at + 1) + near[1] : null;
}
