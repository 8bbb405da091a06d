/** What a page keeps through reloads (`session`, of one tab) or through visits (`local`, of the browser). */
export interface KeptValues {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
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
  };
}

/** False where what is kept for this tab is lost when the page is loaded again. */
export function outlivesReload(): boolean {
  return insteadOfSession.size === 0 && !standsIn;
}

let standsIn = false;

/**
 * For the other code of a page: where the browser refuses storage, even to name it throws. The page then gets one of its own that lasts as long as it
 * does, so that everything works and is only forgotten with the page. To be called before anything else.
 */
export function standInForStorage(): void {
  for (const [name, kind] of [
    ['sessionStorage', 'session'],
    ['localStorage', 'local'],
  ] as const) {
    const probe = 'fayo.probe';
    const isUsable = attempt(() => {
      open(kind)!.setItem(probe, probe);
      open(kind)!.removeItem(probe);
      return true;
    });
    if (isUsable !== true) {
      const kept = new Map<string, string>();
      const value = {
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, text: string) => void kept.set(key, text),
        removeItem: (key: string) => void kept.delete(key),
      };
      // Where even this is refused, the code that needs storage fails as it did.
      attempt(() => Object.defineProperty(globalThis, name, { value, configurable: true }));
      standsIn = true;
    }
  }
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
