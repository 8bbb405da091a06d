/** A value that is replaced as a whole, in the form that React's useSyncExternalStore takes. */
export class Observable<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly getSnapshot = (): T => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  set(value: T): void {
    if (Object.is(value, this.#value)) {
      return;
    }

    this.#value = value;
    [...this.#listeners].forEach(listener => listener());
  }

  update(change: Partial<T>): void {
    this.set({ ...this.#value, ...change });
  }
}
