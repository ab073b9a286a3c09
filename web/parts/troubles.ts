/** How each kind of trouble is put to a person: as data, one row a kind. */
import type { TroubleKind } from '../api/trouble.ts';

export interface TroubleLook {
  readonly title: string;
  /** What to do next, where the archive does not say it better itself. */
  readonly next?: string;
  /** The same where there is no id of a request. */
  readonly nextWithoutId?: string;
  /** Whether asking once more may help. */
  readonly again: boolean;
}

export const TROUBLES: Readonly<Record<TroubleKind, TroubleLook>> = {
  signedOut: {
    title: 'Your sign-in has ended',
    next: 'Sign in again: nothing that you see here is lost, and what was being asked is asked again.',
    again: true,
  },
  forbidden: { title: 'Your roles do not allow this', again: true },
  purpose: {
    title: 'The archive asks what this is for',
    next: 'Write the purpose, such as a case number, into the field at the top. It goes into the access log.',
    again: true,
  },
  filter: { title: 'The filter is not right', again: false },
  badRequest: { title: 'The archive does not accept this request', again: false },
  notFound: { title: 'Not found', again: true },
  conflict: { title: 'Not possible now', again: true },
  gone: { title: 'What this led to is not in the archive any more', again: true },
  busy: { title: 'The archive is not ready', next: 'It is worth trying again shortly.', again: true },
  failed: {
    title: 'The archive failed',
    next: 'Give the operator the id below: its log says why.',
    nextWithoutId:
      'The answer has no id, so it may be that of something in between, such as a gateway. Tell the operator when it was.',
    again: true,
  },
  broken: { title: 'The transfer broke off', again: true },
  unreachable: { title: 'The archive cannot be reached', again: true },
  tooLarge: { title: 'Too large for this tab', again: false },
  outdated: {
    title: 'This view could not be loaded',
    next: 'A newer version of the page may have been published since you opened it, or the connection is down. Trying again loads the page anew; its address keeps what you see.',
    again: true,
  },
  cancelled: { title: 'Stopped', again: true },
  fault: { title: 'This page has failed', next: 'Reload it. If it happens again, tell the operator.', again: true },
};
