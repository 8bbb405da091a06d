import type { DirectoryPage, DirectoryUser } from '@fayo/calls';

/** The result of a search, as far as it has been loaded. */
export interface Found {
  readonly search: string;
  readonly pages: readonly (readonly DirectoryUser[])[];
  /** The users of all pages, each only once. */
  readonly users: readonly DirectoryUser[];
  readonly more: boolean;
}

/** Adds a page, or replaces it if it was loaded before. The first page of another search replaces everything. */
export function withPage(before: Found | undefined, asked: { search: string; page: number }, answer: DirectoryPage): Found {
  const known = before?.search === asked.search ? before : undefined;
  const isLast = answer.nextPage === null || asked.page > (known?.pages.length ?? 0);
  const pages = [...(known?.pages.slice(0, asked.page - 1) ?? []), answer.items, ...(isLast ? [] : known!.pages.slice(asked.page))];
  // New users move others on to a later page, where they are found a second time.
  const users = [...new Map(pages.flat().map(user => [user.id, user])).values()];
  const more = asked.page === pages.length ? answer.nextPage !== null : known!.more;
  return { search: asked.search, pages, users, more };
}
