/** The view "Take along". */
export function TakeAlong() {
  return <h1>Take along</h1>;
}
