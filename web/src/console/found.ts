import type { DirectoryPage, DirectoryUser } from '@fayo/calls';

/** What a search has found, as far as it has been loaded. */
export interface Found {
  readonly search: string;
  readonly pages: readonly (readonly DirectoryUser[])[];
  /** Those on all pages, each once. */
  readonly users: readonly DirectoryUser[];
  readonly more: boolean;
}

/** Takes a page, loaded for the first time or anew. A first page of another search takes the place of everything. */
export function withPage(before: Found | undefined, asked: { search: string; page: number }, answer: DirectoryPage): Found {
  const known = before?.search === asked.search ? before : undefined;
  const isLast = answer.nextPage === null || asked.page > (known?.pages.length ?? 0);
  const pages = [...(known?.pages.slice(0, asked.page - 1) ?? []), answer.items, ...(isLast ? [] : known!.pages.slice(asked.page))];
  // Whoever came in meanwhile has moved others on to a page where they are found again.
  const users = [...new Map(pages.flat().map(user => [user.id, user])).values()];
  const more = asked.page === pages.length ? answer.nextPage !== null : known!.more;
  return { search: asked.search, pages, users, more };
}
