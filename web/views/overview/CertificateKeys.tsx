/** The keys that sign, each once: as text and as a picture that the view Check of another day can scan off the paper. */
import { QrCode } from '../../parts/QrCode.tsx';
import type { Vouched } from './vouched.ts';

export function CertificateKeys({ keys }: Pick<Vouched, 'keys'>) {
  const logTypesOf = new Map<string, string[]>();
  for (const { logType, keys: own } of keys) {
    const sha256 = own.at(-1)?.sha256;
    if (sha256 !== undefined) logTypesOf.set(sha256, [...(logTypesOf.get(sha256) ?? []), logType]);
  }
  if (logTypesOf.size === 0) return null;
  return (
    <section class="panel certificate-keys" aria-label="Keys">
      {[...logTypesOf].map(([sha256, logTypes]) => (
        <figure key={sha256}>
          {/* In capitals a code takes a third fewer modules; a fingerprint is the same in both. */}
          <QrCode text={sha256.toUpperCase()} label={`QR code of the fingerprint ${sha256}`} />
          <figcaption>
            Fingerprint of the key that signs{' '}
            {logTypes.length === keys.length ? 'every log type below' : logTypes.join(', ')}
            :
            <br />
            <code>{sha256.match(/.{8}/g)?.join(' ')}</code>
          </figcaption>
        </figure>
      ))}
    </section>
  );
}
