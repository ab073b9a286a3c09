/** The first file of an evidence bundle: what it is, and how to check it. Nothing vouches for this text. */
import type { Range } from './query/range.ts';

export function evidenceReadme(logType: string, { from, to }: Range): string {
  return `Evidence of ${logType} from ${from} to ${to}
out of an Entra Log Archive.

HOW TO CHECK IT

  node verify.mjs . --key <SHA-256 of the archive's public key>

It takes Node 20.15 or later, and no network. Get the SHA-256 of the key from the archive's operator, or from a
checkpoint that you kept (--checkpoint FILE), never from this bundle: without one of them the verdict is at best "only
self-consistent", because whoever made a bundle could have made all of it. For the same reason take verify.mjs from the
project rather than from here.

It ends with 0: proved, 1: only self-consistent, 2: broken.

WHAT IS HERE

  evidence.json       what this bundle is about
  coverage.json       what the ledger says of the range: which spans were read, when, and what is missing
  ledger/             the entries of the ledger, from the first that concerns the range to the signed checkpoint
  ledger/.../checkpoints/   the signed checkpoint: size and root of the ledger
  leaves.bin          the hashes of the entries before; with them no entry can have been left out
  archive-.../        the segments: one record a line, gzip
  records/            or single records, each with its proof
  keys/               public keys, PEM
  MANIFEST.sha256     for: sha256sum --check MANIFEST.sha256

WHAT IS NOT PROVED

That Microsoft Graph showed everything that happened. Complete means that everything Graph showed to the archive's reads
is held. The same checks by hand, with openssl and sha256sum, are in docs/AUDITOR.md of the project.
`;
}
