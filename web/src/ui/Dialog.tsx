import { useEffect, useId, useRef, type ReactElement, type ReactNode } from 'react';

interface DialogProps {
  title: string;
  /** Escape, or the way back of a phone. */
  onClose: () => void;
  children: ReactNode;
}

/** A modal dialog while it is rendered; focus goes in, stays there, and back to where it was. */
export function Dialog({ title, onClose, children }: DialogProps): ReactElement {
  const titleId = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={event => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  );
}
