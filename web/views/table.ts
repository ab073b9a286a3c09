/** The views, as data: adding one is a row here. Each is loaded when it is first gone to. */
import type { ComponentType } from 'preact';

export interface View {
  /** First word of its path. */
  readonly name: string;
  readonly title: string;
  readonly load: () => Promise<ComponentType>;
}

export const VIEWS: readonly View[] = [
  { name: '', title: 'Overview', load: async () => (await import('./overview/Overview.tsx')).Overview },
  { name: 'search', title: 'Search', load: async () => (await import('./search/Search.tsx')).Search },
  { name: 'questions', title: 'Questions', load: async () => (await import('./questions/Questions.tsx')).Questions },
  { name: 'take', title: 'Take along', load: async () => (await import('./take/TakeAlong.tsx')).TakeAlong },
  { name: 'check', title: 'Check', load: async () => (await import('./check/Check.tsx')).Check },
];
