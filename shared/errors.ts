/** What is said of an error, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The same, no longer than an answer should have it. */
export function causeOf(error: unknown): string {
  return messageOf(error).slice(0, 500);
}
