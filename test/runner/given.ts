/** The functions that jest gives a test file, kept from when it is begun until the next one is. */
type Names = 'afterAll' | 'afterEach' | 'beforeAll' | 'beforeEach' | 'describe' | 'expect' | 'test';
export type Given = Readonly<Record<Names, (...passed: never[]) => unknown>>;

let now: Given | undefined;

export function give(functions: Given): void {
  now = functions;
}

export function given(name: keyof Given): Given[keyof Given] {
  if (now === undefined) throw new Error('Tests are begun by jest: `npm run jest -- <file>`');
  return now[name];
}
