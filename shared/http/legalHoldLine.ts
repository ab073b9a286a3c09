/**
 * The lines of the Azure CLI that set, or clear, the legal hold of the containers themselves: what keeps even somebody who
 * may delete from deleting. https://learn.microsoft.com/cli/azure/storage/container/legal-hold
 *
 * It holds whole containers, of every log type that has this class: more than the hold asks for, never less.
 */
import { archiveContainer } from '../archive/names.ts';
import type { Config } from '../config.ts';

export interface LegalHoldLines {
  /** The tag that the hold has at the store: letters and digits, 3 to 23. */
  readonly tag: string;
  readonly lines: readonly string[];
  readonly note: string;
}

const NOTE = {
  set:
    "Run these to set the containers' own legal hold too. It keeps everything in them, of every log type of the class, and " +
    'nothing in them can be deleted until it is cleared.',
  clear: "Run these if the containers' own legal hold was set for this hold.",
} as const;

/** @param classes retention classes, in days: their containers are held. */
export function legalHoldLines(
  config: Pick<Config, 'storage'>,
  what: keyof typeof NOTE,
  id: string,
  classes: readonly number[],
): LegalHoldLines {
  const tag = `hold${id.replaceAll('-', '').slice(0, 16)}`;
  const account = accountOf(config);
  const lines = [...new Set(classes)]
    .sort((a, b) => a - b)
    .map(
      (days) =>
        `az storage container legal-hold ${what} --account-name ${account} --container-name ${archiveContainer(days)} --tags ${tag}`,
    );
  return { tag, lines, note: NOTE[what] };
}

function accountOf({ storage }: Pick<Config, 'storage'>): string {
  const host = 'blobServiceUri' in storage ? URL.parse(storage.blobServiceUri)?.hostname : undefined;
  return host?.split('.')[0] ?? '<account>';
}
