import { useEffect, useState } from 'react';

const mark = 'fayo-call';

function isMarked(): boolean {
  return (history.state as { readonly [mark]?: boolean } | null)?.[mark] === true;
}

function pushMark(): void {
  history.pushState({ ...(history.state as object | null), [mark]: true }, '');
}

/** How many calls this page is in: one or none, and two for a moment while one follows another. */
let calls = 0;

export interface LeaveQuestion {
  /** True after the first Back: the user is to be asked whether to leave the call. */
  readonly asked: boolean;
  readonly stay: () => void;
}

/**
 * Asks before a call is left by Back, or by closing the page; once, not again and again. For Back there is an entry of its own in the history: the
 * first Back removes that and stays on the page, the second one leaves. For closing, the browser asks with words of its own.
 */
export function useLeaveQuestion(inCall: boolean): LeaveQuestion {
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (!inCall) {
      return undefined;
    }

    calls++;
    if (!isMarked()) {
      pushMark();
    }

    const address = location.href;
    const ask = (event: BeforeUnloadEvent): void => {
      event.preventDefault();
    };
    const back = (): void => {
      // Another address comes from a link or a token that was handed over, not from Back.
      if (!isMarked() && location.href === address) {
        setAsked(true);
      }
    };
    window.addEventListener('beforeunload', ask);
    window.addEventListener('popstate', back);
    return () => {
      window.removeEventListener('beforeunload', ask);
      window.removeEventListener('popstate', back);
      setAsked(false);
      calls--;
      // Later, because the next call may begin at once.
      setTimeout(() => {
        if (calls === 0 && isMarked()) {
          history.back();
        }
      });
    };
  }, [inCall]);
  return {
    asked: inCall && asked,
    stay: () => {
      pushMark();
      setAsked(false);
    },
  };
}
