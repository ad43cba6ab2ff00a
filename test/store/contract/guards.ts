/** Guards and writers at the same moment. Source: src/store/port.ts Guard; R4 http.html#ccreate, #concurrency */
import { expect, test } from '@jest/globals';
import { type Commit, type Guard, StoreConflict } from '../../../src/store/port.js';
import { commitOf, found, freshStore, isToken, type Open, token, versionsOf, where, write } from './fixture.js';
import { deletionOf, outcomeOf, referenceTo, referrersOf } from './shared-names.js';

type Subjects = ReturnType<typeof freshStore>;

export function guards(open: Open): void {
  const subject = freshStore(open);
  checking(subject);
  conditional(subject);
  parallel(subject);
  shared(subject);
}

/** That the identifier is held by just these. */
function holds(code: string, ...ids: readonly string[]): Guard {
  return {
    where: where('Patient', isToken('identifier', code, 'urn:id')),
    keys: ids.map((id) => ({ type: 'Patient', id })),
    names: [`Patient.identifier=${code}`],
  };
}

const identified = (code: string) => [token('identifier', code, 'urn:id')];

function checking(subject: Subjects): void {
  test('a guard whose search still finds just its keys lets the commit through, in whatever order they stand', async () => {
    const { store } = subject();
    await store.commit(commitOf(write('Patient/g1', { entries: identified('1') }), write('Patient/g2', { entries: identified('1') })));
    await store.commit({ writes: [write('Organization/g1')], guards: [holds('1', 'g2', 'g1'), holds('none')] });
    expect((await store.read([{ type: 'Organization', id: 'g1' }]))[0]?.version).toBe(1);
  });

  test.each([
    ['one more match than its keys', ['h1']],
    ['a match that is another', ['h1', 'h9']],
    ['one match fewer than its keys', ['h1', 'h2', 'h3']],
    ['matches where it had none', []],
  ])('a guard that finds %s is a conflict and nothing is written', async (_name, ids) => {
    const { store } = subject();
    const code = `h-${ids.length}-${ids.join('')}`;
    await store.commit(
      commitOf(write(`Patient/${code}-1`, { entries: identified(code) }), write(`Patient/${code}-2`, { entries: identified(code) })),
    );
    const keys = ids.map((id) => id.replace('h', `${code}-`));
    const commit = store.commit({ writes: [write(`Organization/${code}`)], guards: [holds('none'), holds(code, ...keys)] });
    await expect(commit).rejects.toBeInstanceOf(StoreConflict);
    expect(await store.read([{ type: 'Organization', id: code }])).toEqual([undefined]);
  });

  test('a guard whose key names a version is a conflict when another is current', async () => {
    const { store } = subject();
    await store.commit(commitOf(write('Patient/v1', { entries: identified('v') })));
    const at = (version: number): Guard => ({ ...holds('v'), keys: [{ type: 'Patient', id: 'v1', version }] });
    await store.commit({ writes: [write('Organization/v-at-1')], guards: [at(1)] });
    await store.commit(commitOf(write('Patient/v1', { version: 2, entries: identified('v') })));
    await expect(store.commit({ writes: [write('Organization/v-late')], guards: [at(1)] })).rejects.toBeInstanceOf(StoreConflict);
    await store.commit({ writes: [write('Organization/v-at-2')], guards: [at(2)] });
    await store.commit({ writes: [write('Organization/v-at-any')], guards: [holds('v', 'v1')] });
  });

  test('a guard is judged before the writes of its own commit', async () => {
    const { store } = subject();
    await store.commit({ writes: [write('Patient/own', { entries: identified('own') })], guards: [holds('own')] });
    await store.commit({ writes: [write('Patient/own', { version: 2, json: null })], guards: [holds('own', 'own')] });
    expect(await found(store, where('Patient', isToken('identifier', 'own')))).toEqual([]);
  });

  test('a guard without writes is judged all the same', async () => {
    const { store } = subject();
    await expect(store.commit({ writes: [], guards: [holds('nobody', 'x')] })).rejects.toBeInstanceOf(StoreConflict);
  });
}

function conditional(subject: Subjects): void {
  test('of 64 conditional creates under one criterion at the same moment exactly one is written', async () => {
    const { store } = subject();
    for (let round = 0; round < 3; round++) {
      const code = `once-${round}`;
      const commits = Array.from(
        { length: 64 },
        (_, i): Commit => ({
          writes: [write(`Patient/${code}-${i}`, { entries: identified(code) })],
          guards: [holds(code)],
        }),
      );
      const outcomes = await Promise.all(commits.map((commit) => outcomeOf(store.commit(commit))));
      expect(outcomes.filter((outcome) => outcome === 'written').length).toBe(1);
      expect((await found(store, where('Patient', isToken('identifier', code)))).length).toBe(1);
    }
  }, 60_000);

  test('commits of several conditional creates in opposite order leave one of each', async () => {
    const { store } = subject();
    const codes = Array.from({ length: 6 }, (_, i) => `pair-${i}`);
    const commits = Array.from({ length: 16 }, (_, i): Commit => {
      const order = i % 2 === 0 ? codes : codes.toReversed();
      return {
        writes: order.map((code) => write(`Patient/${code}-${i}`, { entries: identified(code) })),
        guards: order.map((code) => holds(code)),
      };
    });
    const outcomes = await Promise.all(commits.map((commit) => outcomeOf(store.commit(commit))));
    expect(outcomes.filter((outcome) => outcome === 'written').length).toBe(1);
    const counts = await Promise.all(codes.map((code) => found(store, where('Patient', isToken('identifier', code)))));
    expect(counts.map((ids) => ids.length)).toEqual(codes.map(() => 1));
  }, 60_000);

  test('a commit of 1,000 guards is judged whole', async () => {
    const { store } = subject();
    const codes = Array.from({ length: 1000 }, (_, i) => `many-${i}`);
    await store.commit(commitOf(...codes.map((code) => write(`Patient/${code}`, { entries: identified(code) }))));
    const all = codes.map((code) => holds(code, code));
    await store.commit({ writes: [write('Organization/many')], guards: all });
    const wrong = [...all.slice(0, -1), holds('many-999', 'many-998')];
    await expect(store.commit({ writes: [write('Organization/many-2')], guards: wrong })).rejects.toBeInstanceOf(StoreConflict);
  }, 60_000);
}

function parallel(subject: Subjects): void {
  test('64 commits on distinct resources at the same moment are all written', async () => {
    const { store } = subject();
    const names = Array.from({ length: 64 }, (_, i) => `Patient/distinct-${i}`);
    await Promise.all(names.map((name) => store.commit(commitOf(write(name, { entries: [token('distinct', 'x')] })))));
    const ids = await found(store, where('Patient', isToken('distinct', 'x')));
    expect([...ids].sort()).toEqual([...names].sort());
  }, 60_000);

  test('of 64 updates of one version at the same moment exactly one is written, and the failing ones take no other down', async () => {
    const { store } = subject();
    await store.commit(commitOf(write('Patient/contested')));
    const updates = Array.from({ length: 64 }, (_, i) => write('Patient/contested', { version: 2, json: `{"writer":${i}}` }));
    const others = Array.from({ length: 64 }, (_, i) => write(`Patient/beside-${i}`));
    const outcomes = await Promise.all(
      updates.flatMap((update, i) => {
        const other = others[i];
        return [outcomeOf(store.commit(commitOf(update))), ...(other ? [outcomeOf(store.commit(commitOf(other)))] : [])];
      }),
    );
    expect(outcomes.filter((outcome, i) => i % 2 === 0 && outcome === 'written').length).toBe(1);
    expect(outcomes.filter((outcome, i) => i % 2 === 1 && outcome === 'written').length).toBe(64);
    expect((await versionsOf(store, 'Patient/contested')).map((version) => version.version)).toEqual([2, 1]);
  }, 60_000);

  test('a search after an answered commit sees it', async () => {
    const { store } = subject();
    await Promise.all(
      Array.from({ length: 32 }, async (_, i) => {
        await store.commit(commitOf(write(`Patient/seen-${i}`, { entries: [token('seen', String(i))] })));
        expect(await found(store, where('Patient', isToken('seen', String(i))))).toEqual([`Patient/seen-${i}`]);
        expect((await store.read([{ type: 'Patient', id: `seen-${i}` }]))[0]?.version).toBe(1);
      }),
    );
  }, 60_000);
}

function shared(subject: Subjects): void {
  test('a reference and the deletion of its target at the same moment: one of them is written', async () => {
    const { store } = subject();
    for (let round = 0; round < 20; round++) {
      const target = `ref-${round}`;
      await store.commit(commitOf(write(`Patient/${target}`)));
      const commits = [referenceTo(target, `${target}-a`), deletionOf(target), referenceTo(target, `${target}-b`)];
      const outcomes = await Promise.all(commits.map((commit) => outcomeOf(store.commit(commit))));
      const deleted = outcomes[1] === 'written';
      expect([deleted, await found(store, referrersOf(target))]).toEqual([
        deleted,
        outcomes.flatMap((outcome, at) => (at !== 1 && outcome === 'written' ? [`Observation/${target}-${at === 0 ? 'a' : 'b'}`] : [])),
      ]);
      expect(deleted).toBe(outcomes[0] !== 'written' && outcomes[2] !== 'written');
    }
  }, 60_000);

  test('a reference and the deletion of many, its target among them: one of them is written', async () => {
    const { store } = subject();
    for (let round = 0; round < 5; round++) {
      const targets = Array.from({ length: 20 }, (_, i) => `many-${round}-${i}`);
      const [first = ''] = targets;
      await store.commit(commitOf(...targets.map((target) => write(`Patient/${target}`))));
      const deletions = targets.map(deletionOf);
      const all: Commit = { writes: deletions.flatMap(({ writes }) => writes), guards: deletions.flatMap((one) => one.guards) };
      const commits = [referenceTo(first, `of-${first}`), all].map((commit) => outcomeOf(store.commit(commit)));
      const [referred, deleted] = await Promise.all(commits);
      expect([referred, deleted].filter((outcome) => outcome === 'written').length).toBe(1);
      expect((await found(store, referrersOf(first))).length).toBe(referred === 'written' ? 1 : 0);
    }
  }, 60_000);

  test('64 that share a name at the same moment are all written', async () => {
    const { store } = subject();
    await store.commit(commitOf(write('Patient/hub')));
    const commits = Array.from({ length: 64 }, (_, i) => store.commit(referenceTo('hub', `hub-${i}`)));
    expect(new Set(await Promise.all(commits.map(outcomeOf)))).toEqual(new Set(['written']));
    expect((await found(store, referrersOf('hub'))).length).toBe(64);
    expect(await outcomeOf(store.commit(deletionOf('hub')))).toBe('conflict');
  }, 60_000);
}
