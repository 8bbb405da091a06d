import { useEffect, useRef, type RefObject } from 'react';

interface ModalOptions {
  /** Focus goes to the dialog, not to its first button: whoever is typing as it appears should not press one by that. */
  readonly onItself: boolean;
  /** Open as long as it is rendered. Refusing `cancel` is not enough: a browser closes the dialog at the next Escape all the same. */
  readonly stays?: boolean;
}

/** For a dialog that is modal while it is rendered: focus goes in, stays there, and back to where it was. */
export function useModal({ onItself, stays = false }: ModalOptions = { onItself: false }): RefObject<HTMLDialogElement | null> {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current!;
    const open = (): void => {
      dialog.showModal();
      if (onItself) {
        dialog.focus();
      }
    };
    open();
    if (stays) {
      dialog.addEventListener('close', open);
    }

    return () => {
      dialog.removeEventListener('close', open);
      dialog.close();
    };
  }, [onItself, stays]);
  return element;
}
