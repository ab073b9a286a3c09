/** Draws a view anew: what comes many times a frame is drawn once. */
import { useCallback, useReducer, useRef } from 'preact/hooks';

/** @returns what asks for it; the same function each time. */
export function useRedraw(): () => void {
  const [, redraw] = useReducer((drawn: number) => drawn + 1, 0);
  const frame = useRef(0);
  return useCallback(() => {
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      redraw(undefined);
    });
  }, []);
}
