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

  /** The names of what is kept, among those that begin so. */
  names(begin: string): string[] {
    try {
      const whole = this.prefix + begin;
      return Object.keys(localStorage).flatMap((key) => (key.startsWith(whole) ? [key.slice(this.prefix.length)] : []));
    } catch {
      return []; // As above.
    }
  }

  /** Removes what was kept with an `at` before the moment, among the names that begin so. */
  removeBefore(begin: string, moment: number): void {
    for (const name of this.names(begin)) {
      let at = 0;
      try {
        at = this.get<{ at: number }>(name)!.at;
      } catch {
        // Somebody else wrote there.
      }
      if (!(at > moment)) this.remove(name);
    }
  }
}
