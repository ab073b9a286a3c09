/** Hands a file that the page made to the browser's downloads. */
export function saveFile(name: string, content: readonly BlobPart[]): void {
  const url = URL.createObjectURL(new Blob([...content]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
