// What the browser keeps between visits: in the page's localStorage, in memory where that fails.

const memory = new Map<string, string>();

export class Store {
  constructor(private readonly prefix: string) {}

  /** The name under which localStorage has it. */
  key(name: string): string {
    return this.prefix + name;
  }

  get<T>(name: string): T | null {
    const key = this.key(name);
    let text = memory.get(key);
    try {
      text = localStorage.getItem(key) ?? text;
      return text ? JSON.parse(text) : null;
    } catch {
      return text ? JSON.parse(text) : null;
    }
  }

  set(name: string, value: unknown): void {
    const key = this.prefix + name;
    const text = JSON.stringify(value);
    memory.set(key, text);
    try {
      localStorage.setItem(key, text);
    } catch {
      // Full or forbidden: memory has it while the page is open.
    }
  }

  remove(name: string): void {
    const key = this.prefix + name;
    memory.delete(key);
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing is kept where nothing can be.
    }
  }

  /** Removes what was kept with an `at` before the moment, among the names that begin so. */
  removeBefore(begin: string, moment: number): void {
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith(this.prefix + begin)) continue;
        const name = key.slice(this.prefix.length);
        if (!(this.get<{ at: number }>(name)!.at > moment)) this.remove(name);
      }
    } catch {
      // As above.
    }
  }
}
