import { useEffect, useRef, type RefObject } from 'react';

interface ModalOptions {
  /** Focus goes to the dialog, not to its first button: whoever is typing as it appears should not press one by that. */
  readonly focusDialog: boolean;
  /** Open as long as it is rendered. Refusing `cancel` is not enough: a browser closes the dialog at the next Escape all the same. */
  readonly staysOpen?: boolean;
}

/** For a dialog that is modal while it is rendered: focus goes in, stays there, and back to where it was. */
export function useModal({ focusDialog, staysOpen = false }: ModalOptions = { focusDialog: false }): RefObject<HTMLDialogElement | null> {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current!;
    const open = (): void => {
      dialog.showModal();
      if (focusDialog) {
        dialog.focus();
      }
    };
    open();
    if (staysOpen) {
      dialog.addEventListener('close', open);
    }

    return () => {
      dialog.removeEventListener('close', open);
      dialog.close();
    };
  }, [focusDialog, staysOpen]);
  return element;
}
