/**
 * A stand-in for the Azure CLI that knows what infra/identity.sh asks: identities, and Microsoft Graph as a file.
 * It writes each call to `calls.jsonl`, and answers as Graph does: PATCH with `create-if-missing` makes or updates.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.STUB_AZ_FOLDER;
const args = process.argv.slice(2);
const option = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
appendFileSync(join(folder, 'calls.jsonl'), `${JSON.stringify(args)}\n`);

const path = join(folder, 'tenant.json');
const tenant = existsSync(path)
  ? JSON.parse(readFileSync(path, 'utf8'))
  : {
      applications: {},
      principals: {},
      credentials: {},
      grants: [],
      refusals: Number(process.env.STUB_AZ_REFUSALS ?? 0),
    };

const ids = (name) => ({ appId: `app-id-of-${name}`, id: `object-id-of-${name}` });
const graphRoles = JSON.parse(process.env.STUB_AZ_ROLES ?? '[]');

function answer() {
  const command = args.filter((arg, n) => !arg.startsWith('-') && !args[n - 1]?.startsWith('-')).join(' ');
  if (command === 'cloud show') {
    return option('--query') === 'endpoints.activeDirectory' ? 'https://login.example' : 'https://graph.example/';
  }
  if (command === 'account show') return 'the-tenant';
  if (command === 'group show') return 'westeurope';
  if (command === 'identity create') return `principal-of-${option('--name')}`;
  if (command.startsWith('rest')) return rest(option('--method'), option('--url'), option('--body'), option('--query'));
  throw new Error(`the stub does not know: ${args.join(' ')}`);
}

function rest(method, url, body, query) {
  const object = body && JSON.parse(body);
  const application = (/\/applications\(uniqueName='([^']+)'\)/.exec(url) ??
    /object-id-of-([^/?]+)(?:\?|$)/.exec(url))?.[1];
  const credential = /\/applications\/([^/]+)\/federatedIdentityCredentials\(name='([^']+)'\)/.exec(url);
  const principal = /\/servicePrincipals\(appId='([^']+)'\)/.exec(url)?.[1];
  if (method === 'post') {
    if (tenant.refusals > 0) {
      tenant.refusals -= 1;
      throw new Error('Resource does not exist or one of its queried reference-property objects are not present.');
    }
    const same = tenant.grants.some((grant) => grant.appRoleId === object.appRoleId);
    if (same) throw new Error('Permission being assigned already exists on the object');
    tenant.grants.push(object);
    return '';
  }
  if (method === 'patch') {
    if (!args.includes('Prefer=create-if-missing')) throw new Error('404 Not Found');
    const [kind, key] = application
      ? ['applications', application]
      : credential
        ? ['credentials', `${credential[1]}/${credential[2]}`]
        : ['principals', principal];
    // `api` is one value: what a PATCH leaves out of it is gone.
    tenant[kind][key] = { ...tenant[kind][key], ...object };
    return '';
  }
  const title = /displayName eq '([^']+)'/.exec(url)?.[1];
  if (title) {
    const [name] = Object.entries(tenant.applications).find(([, { displayName }]) => displayName === title) ?? [];
    return name ? ids(name).id : '';
  }
  if (application) return ids(application)[query];
  if (url.includes('appRoleAssignments')) return tenant.grants.map(({ appRoleId }) => appRoleId).join('\n');
  if (query === 'id') return 'object-id-of-graph';
  const wanted = /value=='([^']+)'/.exec(query)?.[1];
  return graphRoles.includes(wanted) ? `role-of-${wanted}` : '';
}

try {
  const said = answer();
  if (said) console.log(said);
} catch (error) {
  console.error(`ERROR: ${error.message}`);
  process.exitCode = 1;
} finally {
  writeFileSync(path, JSON.stringify(tenant));
}
