const cacheName = 'fayo-kept';

/**
 * What the worker keeps while it is not running: a decline that the service does not know of yet, the call that a page is to answer, and what
 * is needed to register a new subscription. Signing out deletes it all. A cache is the smallest store that a worker has.
 */
export class Kept {
  readonly #caches: CacheStorage;
  readonly #base: string;

  /** @param base An address of this origin, with a slash at the end; nothing is ever fetched from it. */
  constructor(caches: CacheStorage, base: string) {
    this.#caches = caches;
    this.#base = base;
  }

  async put(key: string, value: unknown): Promise<void> {
    const cache = await this.#caches.open(cacheName);
    await cache.put(this.#address(key), new Response(JSON.stringify(value)));
  }

  async get(key: string): Promise<unknown> {
    const found = await (await this.#caches.open(cacheName)).match(this.#address(key));
    return found === undefined ? null : ((await found.json()) as unknown);
  }

  async delete(key: string): Promise<void> {
    await (await this.#caches.open(cacheName)).delete(this.#address(key));
  }

  /** The keys that begin with this. */
  async keys(prefix: string): Promise<readonly string[]> {
    const start = this.#address('');
    const all = (await (await this.#caches.open(cacheName)).keys()).map(({ url }) => decodeURIComponent(url.slice(start.length)));
    return all.filter(key => key.startsWith(prefix));
  }

  async clear(): Promise<void> {
    await this.#caches.delete(cacheName);
  }

  #address(key: string): string {
    return `${this.#base}kept/${encodeURIComponent(key)}`;
  }
}
