import { useEffect, useState } from 'react';
import { CallsRest, serviceBase } from '@fayo/calls';

const wentKey = 'fayo.went';
/** Where people sign in may send them straight back with a token that is refused here. Then they are not sent there again at once. */
const notAgainForMs = 60_000;

/**
 * Where people sign in, as the service says; null if it does not say, or until it is known.
 *
 * @param goes Whether the page goes there by itself.
 */
export function useSignInAddress(goes: boolean): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const asking = new AbortController();
    new CallsRest({ base: serviceBase(), token: () => null })
      .request<{ readonly url: string | null }>('sign-in', { signal: asking.signal })
      .then(
        ({ url }) => setAddress(url === null ? null : withReturn(url, location.origin + location.pathname)),
        // An older service, or none at the moment: there is the field for a token.
        () => undefined,
      );
    return () => asking.abort();
  }, []);
  useEffect(() => {
    if (address !== null && goes && Date.now() - Number(sessionStorage.getItem(wentKey)) > notAgainForMs) {
      sessionStorage.setItem(wentKey, String(Date.now()));
      location.assign(address);
    }
  }, [address, goes]);
  return address;
}

/** The address with that of this page in place of `{page}`, so that people are led back here. */
export function withReturn(url: string, page: string): string {
  return url.replaceAll('{page}', encodeURIComponent(page));
}
