/** Where the code comes from: dependencies with reasons, an inventory, workflows that run only what they name by commit. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const WORKFLOWS = globSync('.github/workflows/*').sort();
const lines = (file: string) => readFileSync(file, 'utf8').split('\n');

describe('dependencies', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
  const names = Object.keys(dependencies).sort();

  it('are twelve at most, each with its line of reason in docs/DECISIONS.md', () => {
    expect(names.length).toBeLessThanOrEqual(12);
    const reasons = [...readFileSync('docs/DECISIONS.md', 'utf8').matchAll(/^\| `(@?[\w./-]+)` \| (\S.{20,}) \|$/gm)];
    expect(reasons.map((match) => match[1]).sort()).toEqual(names);
  });

  it('are listed by npm sbom, in CycloneDX, as the lock file has them', () => {
    const sbom = JSON.parse(execFileSync('npm', ['run', '--silent', 'sbom'], { encoding: 'utf8' })) as {
      bomFormat: string;
      components: { name: string; version: string; properties?: { name: string }[] }[];
    };
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { version: string; dev?: boolean; devOptional?: boolean }>;
    };
    const shipped = Object.entries(packages).filter(
      ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional,
    );
    const named = shipped.map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`);
    expect(sbom.bomFormat).toBe('CycloneDX');
    // npm's own --omit=dev also leaves out what development needs as well; so all are listed, and those are marked.
    const ours = sbom.components.filter(
      ({ properties = [] }) => !properties.some(({ name }) => name.endsWith(':development')),
    );
    expect(ours.map(({ name, version }) => `${name}@${version}`).sort()).toEqual(named.sort());
  });
});

describe('workflows', () => {
  it('are those of CI and release', () => {
    expect(WORKFLOWS).toEqual(['.github/workflows/ci.yml', '.github/workflows/release.yml']);
  });

  it.each(WORKFLOWS)('%s pins every action by commit and names the tag', (file) => {
    const uses = lines(file).filter((line) => /\buses:/.test(line));
    expect(uses.length).toBeGreaterThan(2);
    expect(uses.filter((line) => !/^\s+- uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  it('pin an action to one commit everywhere', () => {
    const pins = WORKFLOWS.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/uses: ([^@]+)@(\S+)/g)]);
    const byAction = Map.groupBy(pins, (match) => match[1] ?? '');
    for (const [action, found] of byAction)
      expect([action, new Set(found.map((match) => match[2])).size]).toEqual([action, 1]);
  });

  it.each(WORKFLOWS)('%s gives no right by default, and each job its own', (file) => {
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^permissions: \{\}$/m);
    const jobs = text
      .slice(text.indexOf('\njobs:\n'))
      .split(/^ {2}(?=[\w-]+:$)/m)
      .slice(1);
    expect(jobs.length).toBeGreaterThan(1);
    for (const job of jobs) expect(job).toMatch(/^ {4}permissions:\n( {6}[\w-]+: (read|write)\n)+/m);
  });

  it('write only where a release is published, and no code of a dependency runs there', () => {
    const writing = WORKFLOWS.flatMap((file) =>
      lines(file)
        .filter((line) => /: write$/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(writing).toEqual([
      '.github/workflows/release.yml: contents: write',
      '.github/workflows/release.yml: id-token: write',
      '.github/workflows/release.yml: attestations: write',
    ]);
    const release = readFileSync('.github/workflows/release.yml', 'utf8');
    expect(release.slice(release.indexOf('\n  publish:'))).not.toMatch(/npm|checkout|node/);
  });

  it('put nothing of an event into a script, keep no token after checkout, and take pull requests without secrets', () => {
    for (const file of WORKFLOWS) {
      const text = readFileSync(file, 'utf8');
      const scripts = lines(file).filter(
        (line) => /^\s+(- )?run:|^ {10}\S/.test(line) && !/^\s+\w+: \$\{\{/.test(line),
      );
      expect(scripts.filter((line) => line.includes('${{'))).toEqual([]);
      expect(text.split('actions/checkout@').length).toBe(text.split('persist-credentials: false').length);
      expect(text).not.toMatch(/pull_request_target|secrets\./);
    }
  });

  it('audit, check signatures, list what is inside, review dependencies, and attest provenance', () => {
    const [ci = '', release = ''] = WORKFLOWS.map((file) => readFileSync(file, 'utf8'));
    for (const text of [ci, release]) {
      for (const command of ['npm audit --omit=dev', 'npm audit signatures', 'npm run --silent sbom'])
        expect(text).toContain(command);
    }
    expect(ci).toContain('actions/dependency-review-action@');
    expect(release).toContain('actions/attest-build-provenance@');
  });
});
