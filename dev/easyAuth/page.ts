/** The page on which one says who one is, in the place of Microsoft's: a name and roles, no password. */
import { ROLES } from '../../shared/access/caller.ts';

/** Nothing but the form: no script, no frame round it. Without `same-origin` a form says of its origin `null`. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
} as const;

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 26rem; margin: 4rem auto; padding: 0 1rem }
label { display: block; margin: .25rem 0 }
fieldset { margin: 1rem 0 }
input[type=email] { width: 100%; font: inherit; box-sizing: border-box }
button { font: inherit; padding: .25rem 1rem }
`;

/** @param action where the form goes. @param target where the sign-in leads. */
export function signInPage(action: string, target: string): string {
  const roles = ROLES.map(
    (role) => `<label><input type="checkbox" name="roles" value="${role}" checked> ${role}</label>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in to a local archive</title>
<style>${STYLE}</style>
<main>
<h1>Sign in to a local archive</h1>
<p>This stands in the place of Microsoft's sign-in. Be whoever you like.</p>
<form method="post" action="${escaped(action)}">
<input type="hidden" name="post_login_redirect_uri" value="${escaped(target)}">
<label>Name <input type="email" name="name" value="anna@contoso.example" required></label>
<fieldset>
<legend>App roles</legend>
${roles.join('\n')}
</fieldset>
<button>Sign in</button>
</form>
</main>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}
