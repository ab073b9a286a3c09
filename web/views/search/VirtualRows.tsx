/** Rows of one height of which only those in sight are drawn. */
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { ComponentChildren, RefObject } from 'preact';
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';

export interface RowsInSight {
  readonly scrollTo: (index: number) => void;
  readonly draw: (row: (index: number) => ComponentChildren) => ComponentChildren;
  /** Index of the last row that is drawn. */
  readonly last: number;
}

const OVERSCAN = 12;

/**
 * @param scroller the element that scrolls. @param rowHeight pixels.
 * @param above pixels of what stands above the rows and stays in sight.
 */
export function useRowsInSight(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  above: number,
): RowsInSight {
  const [, redraw] = useReducer((drawn: number) => drawn + 1, 0);
  const made = useRef<Virtualizer<HTMLElement, HTMLElement> | undefined>(undefined);
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    overscan: OVERSCAN,
    paddingStart: above,
    scrollPaddingStart: above,
    onChange: () => redraw(undefined),
  };
  made.current ??= new Virtualizer<HTMLElement, HTMLElement>(options);
  const virtualizer = made.current;
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  const items = virtualizer.getVirtualItems();
  return {
    scrollTo: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
    last: items.at(-1)?.index ?? -1,
    draw: (row) => (
      <div role="rowgroup" class="rows" style={{ height: `${virtualizer.getTotalSize() - above}px` }}>
        <div style={{ transform: `translateY(${(items[0]?.start ?? above) - above}px)` }}>
          {items.map(({ index }) => row(index))}
        </div>
      </div>
    ),
  };
}
