/** A bundle that somebody has already: it is read where it lies, however large it is, and sent nowhere. */
import { useId } from 'preact/hooks';

export function OwnBundle({ onPick }: { readonly onPick: (bundle: File) => void }) {
  const id = useId();
  return (
    <div class="field own-bundle">
      <label for={id}>Or a bundle that you have (.zip). It stays on this machine.</label>
      <input
        id={id}
        type="file"
        accept=".zip,application/zip"
        onChange={({ currentTarget: { files } }) => files?.[0] && onPick(files[0])}
      />
    </div>
  );
}
