/** The browser to open a page in where the present one gives pages no microphone. Browsers inside of other apps often do not. */
export function capableBrowser(userAgent: string = navigator.userAgent): string {
  return /iPhone|iPad|iPod/.test(userAgent) ? 'Safari' : userAgent.includes('Android') ? 'Chrome' : 'Chrome, Firefox or Safari';
}
