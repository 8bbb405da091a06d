import { useEffect, useRef, type RefObject } from 'react';

interface ModalOptions {
  /** Whether the dialog itself gets the focus, not its first button, which somebody who is typing as it appears could press by accident. */
  readonly focusDialog: boolean;
  /** Whether it stays open as long as it is rendered. Preventing `cancel` is not enough: browsers close the dialog at the next Escape. */
  readonly staysOpen?: boolean;
}

/** Makes a dialog modal while it is rendered. The focus moves into it, stays inside, and returns to where it was. */
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
