/** Which build a page is of: the names of its scripts, which change with their content. */
export function versionOf(html: string): string {
  return [...html.matchAll(/assets\/[^"'\s>]+\.js/g)]
    .map(([name]) => name)
    .sort()
    .join(' ');
}

/** The version of the page that is open, by the elements of its document. */
export function ownVersion(): string {
  const files = [...document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>('head script[src], head link[rel="modulepreload"]')];
  return versionOf(files.map(file => `"${file.getAttribute('src') ?? file.getAttribute('href')}"`).join(' '));
}

/** The version of the page that the service would give now; null if something else has answered, or nothing. */
export async function servedVersion(signal: AbortSignal): Promise<string | null> {
  try {
    const answer = await fetch(location.pathname, { cache: 'no-cache', redirect: 'error', signal });
    const html = answer.ok ? await answer.text() : '';
    return html.includes('id="root"') ? versionOf(html) : null;
  } catch {
    return null;
  }
}
