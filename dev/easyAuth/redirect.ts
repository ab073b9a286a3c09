/** Where a sign-in or sign-out leads: a place of this origin, whatever a link says. */

/**
 * @param target a path, with query and fragment if need be.
 * @param own any URL of this origin.
 * @returns the place as an absolute URL, because a path can begin like another host (`//evil.example`); `undefined` for
 *   what is no path of this origin.
 */
export function placeOf(target: string, own: URL): string | undefined {
  // Two slashes, of either kind, begin a host, and tabs and line breaks between them count for nothing: the parser decides.
  const place = target.startsWith('/') ? URL.parse(target, own.origin) : null;
  return place?.origin === own.origin ? place.href : undefined;
}
