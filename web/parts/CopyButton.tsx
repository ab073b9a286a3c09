/** Copies a text, and says that it did, or that the browser would not. */
import { useState } from 'preact/hooks';

interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
}

export function CopyButton({ text, label }: CopyButtonProps) {
  const [said, setSaid] = useState('');
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('The browser does not allow it'),
    );
    setTimeout(() => setSaid(''), 2500);
  };
  return (
    <button type="button" onClick={copy}>
      {label}
      <span role="status">{said && `\u00a0- ${said}`}</span>
    </button>
  );
}
