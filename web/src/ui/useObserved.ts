import type { Observable } from '@fayo/calls';
import { useSyncExternalStore } from 'react';

/** The value of an observable, with a new rendering after each change. */
export function useObserved<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.getSnapshot);
}
