/** A signal that is aborted after a time, or with another signal. `AbortSignal.timeout` and `AbortSignal.any` are too new for older browsers. */
export class TimeLimit {
  readonly signal: AbortSignal;
  readonly #end: () => void;

  constructor(ms: number, outer?: AbortSignal | null) {
    const controller = new AbortController();
    const abort = (): void => controller.abort(outer?.reason);
    const timer = setTimeout(() => controller.abort(), ms);
    outer?.addEventListener('abort', abort);
    if (outer?.aborted === true) {
      abort();
    }

    this.signal = controller.signal;
    this.#end = () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', abort);
    };
  }

  /** To be called when what was limited is over. */
  end(): void {
    this.#end();
  }
}

/** Why a signal was aborted; older browsers do not keep that. */
export function abortReason(signal: AbortSignal): Error {
  return (signal.reason as Error | undefined) ?? new DOMException('The request was aborted.', 'AbortError');
}

/** Throws the reason of a signal that has been aborted. `AbortSignal.throwIfAborted` is too new for older browsers. */
export function throwIfAborted(signal: AbortSignal | null | undefined): void {
  if (signal?.aborted === true) {
    throw abortReason(signal);
  }
}
