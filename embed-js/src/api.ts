// Requests to the server: JSON there and back, an answer that is an error as a Problem.

export class Problem extends Error {
  /** `status` is 0 where no answer came: whether the request arrived is not known then. */
  constructor(
    readonly status: number,
    readonly code = '',
    readonly detail = '',
    readonly errors: { pointer: string; code: string }[] = [],
    readonly wait = 0,
  ) {
    super(detail || code);
  }

  /** Whether sending the same again can help. */
  get again(): boolean {
    return !this.status || this.status > 499 || this.code === 'request_in_progress' || this.code === 'facts_changed';
  }
}

const PATIENCE_MS = 30_000;

/** Fetches, and gives up after a while: a phone between two cells keeps a request open for minutes. */
export async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url, { credentials: 'omit', signal: abort.signal, ...init });
    if (answer.ok) {
      const body = await answer.text();
      return new Response(answer.status === 204 ? null : body, { status: answer.status });
    }
    text = await answer.text();
  } catch {
    throw new Problem(0);
  } finally {
    clearTimeout(timer);
  }
  let problem: Partial<Problem> = {};
  try {
    problem = JSON.parse(text);
  } catch {
    // A proxy's own page.
  }
  throw new Problem(answer.status, problem.code, problem.detail, problem.errors, Number(answer.headers.get('Retry-After')));
}

export async function call<T>(method: string, url: string, body?: unknown, token?: string, key?: string): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers['Idempotency-Key'] = key;
  const answer = await ask(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  return answer.status === 204 ? (undefined as unknown as T) : answer.json();
}

export interface Account {
  id: string;
  name: string;
}

export interface Comment {
  id: string;
  state: string;
  parent_id: string | null;
  html: string;
  created_at: string;
  /** Whether this is a text that waits, beside one that is public where `state` says so. */
  pending: boolean;
}

/** One of the reader's own that is not plainly public or can still be edited. */
export interface Own extends Comment {
  body: string;
  reason: string | null;
  reason_text: string | null;
  editable_until: string | null;
  /** The latest change of a public or waiting one, where a moderator did not take it. */
  refused?: { revision: number; body: string; reason: string | null; reason_text: string | null } | null;
}
