/** What a page keeps through reloads (`session`, of one tab) or through visits (`local`, of the browser). */
export interface KeptValues {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** The keys of all values that are kept. */
  keys(): readonly string[];
}

/**
 * The browser's storage. Where the browser refuses it (a private window, a setting, a full disk) values last as long as the page: it works, but
 * remembers nothing through a reload.
 */
export function keptValues(kind: 'session' | 'local'): KeptValues {
  const instead = kind === 'session' ? insteadOfSession : insteadOfLocal;
  return {
    get(key) {
      return instead.get(key) ?? attempt(() => open(kind)?.getItem(key)) ?? null;
    },
    set(key, value) {
      const kept = attempt(() => {
        const storage = open(kind);
        storage?.setItem(key, value);
        return storage !== undefined;
      });
      if (kept === true) {
        instead.delete(key);
      } else {
        instead.set(key, value);
      }
    },
    remove(key) {
      instead.delete(key);
      attempt(() => open(kind)?.removeItem(key));
    },
    keys() {
      return [...new Set([...instead.keys(), ...(attempt(() => Object.keys(open(kind) ?? {})) ?? [])])];
    },
  };
}

/** False where what is kept for this tab is lost when the page is loaded again. */
export function outlivesReload(): boolean {
  return insteadOfSession.size === 0;
}

const insteadOfSession = new Map<string, string>();
const insteadOfLocal = new Map<string, string>();

/** Even to name the storage may throw. */
function open(kind: 'session' | 'local'): Storage | undefined {
  const browser = globalThis as { readonly sessionStorage?: Storage; readonly localStorage?: Storage };
  return kind === 'session' ? browser.sessionStorage : browser.localStorage;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
