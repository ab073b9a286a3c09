/** What stands round every view: the name, the way to the other views, the purpose, and who is signed in. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { hasSignIn, readUser, signOutUrl } from './api/signIn.ts';
import { PurposeField } from './parts/PurposeField.tsx';
import { hrefOf, sharedParams } from './state/place.ts';
import { followLinks, usePlace } from './state/usePlace.ts';
import { VIEWS } from './views/table.ts';

interface FrameProps {
  readonly view: string;
  readonly children: ComponentChildren;
}

export function Frame({ view, children }: FrameProps) {
  useEffect(() => {
    document.addEventListener('click', followLinks);
    return () => document.removeEventListener('click', followLinks);
  }, []);
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="frame">
        <span class="brand">
          <img src="/icon.svg" alt="" width="20" height="20" />
          Entra Log Archive
        </span>
        <Navigation view={view} />
        <PurposeField />
        <User />
      </header>
      <main id="content" class={`page page-${view || 'overview'}`} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function Navigation({ view }: { readonly view: string }) {
  const { params } = usePlace();
  return (
    <nav aria-label="Views">
      <ul>
        {VIEWS.map(({ name, title }) => (
          <li key={name}>
            <a href={hrefOf(name, sharedParams(params))} {...(name === view && { 'aria-current': 'page' as const })}>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function User() {
  const [name, setName] = useState<string>();
  useEffect(() => void readUser().then(setName), []);
  if (!hasSignIn()) return <span class="user quiet">no sign-in on this machine</span>;
  if (name === undefined) return null;
  return (
    <span class="user">
      {name} <a href={signOutUrl()}>Sign out</a>
    </span>
  );
}
