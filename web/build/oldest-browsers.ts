/** The oldest browsers that the pages work in; docs/web.md lists them. */
export const oldestBrowsers = ['chrome95', 'firefox115', 'safari15.4'];
