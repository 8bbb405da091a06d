import { useEffect, useRef, type RefObject } from 'react';

interface ModalOptions {
  /** Focus goes to the dialog, not to its first button: whoever is typing as it appears should not press one by that. */
  readonly onItself: boolean;
}

/** For a dialog that is modal while it is rendered: focus goes in, stays there, and back to where it was. */
export function useModal({ onItself }: ModalOptions = { onItself: false }): RefObject<HTMLDialogElement | null> {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current!;
    dialog.showModal();
    if (onItself) {
      dialog.focus();
    }

    return () => dialog.close();
  }, [onItself]);
  return element;
}
