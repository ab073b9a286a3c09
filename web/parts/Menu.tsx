/** A button, and what it opens below itself, wholly within the window. Escape and a click elsewhere close it. */
import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';

interface MenuProps {
  readonly label: string;
  /** It is read and not worked with: the keyboard scrolls it. */
  readonly isText?: boolean;
  /** Drawn while it is open. @param close closes it, and gives the focus back to the button. */
  readonly children: (close: () => void) => ComponentChildren;
}

/** Pixels between the button, what it opens, and the edges of the window. */
const SPACE = 6;

export function Menu({ label, isText = false, children }: MenuProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" popovertarget={id} ref={button}>
        {label} <span aria-hidden="true">&nbsp;▾</span>
      </button>
      <div
        id={id}
        popover="auto"
        class="menu"
        aria-label={label}
        role="group"
        tabIndex={isText ? 0 : undefined}
        ref={body}
        onBeforeToggle={(event) => {
          if (event.newState !== 'open') return;
          setOpen(true);
          placeBelow(event.currentTarget, button.current);
        }}
        // Afterwards, when the focus has gone back to the button: what has it must not be taken away before.
        onToggle={(event) => event.newState === 'closed' && setOpen(false)}
      >
        {isOpen && children(() => body.current?.hidePopover())}
      </div>
    </>
  );
}

function placeBelow({ style }: HTMLElement, button: HTMLElement | null): void {
  const { left = 0, bottom = 0 } = button?.getBoundingClientRect() ?? {};
  style.setProperty('--left', `${left}px`);
  style.setProperty('--top', `${bottom + SPACE}px`);
}
