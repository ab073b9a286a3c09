/** A filter names what no record is known to have: most often a name that is misspelt, which matches nothing without a word. */
export function UnknownFields({ names }: { readonly names: string }) {
  return (
    <p class="bad">
      No record of this log type is known to have <code>{names}</code>. If that is misspelt, the filter does not ask
      what you mean: names are those of Microsoft Graph, as in a record's details.
    </p>
  );
}
