import { useId, type ReactElement, type ReactNode } from 'react';
import { useModal } from './useModal';

interface DialogProps {
  title: string;
  /** Called for Escape, or for the back button of a phone. */
  onClose: () => void;
  children: ReactNode;
}

/** A modal dialog while it is rendered. */
export function Dialog({ title, onClose, children }: DialogProps): ReactElement {
  const titleId = useId();
  const element = useModal();
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
