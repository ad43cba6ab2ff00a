/** What the code system is called, as the options say, else the file. Source: R4 codesystem.html */
import type { CodeSystem } from 'fhir/r4.js';
import { UsageError } from '../usage-error.js';
import type { LoadOptions } from './options.js';
import { type Described, usualName, usualValueSet } from './resources.js';

type Naming = Pick<LoadOptions, 'url' | 'version' | 'publisher' | 'name' | 'title' | 'valueSet' | 'lang'>;

/** Throws UsageError where something is not given that the file does not say. */
export function describe(options: Naming, own: Partial<CodeSystem> = {}): Described {
  const { url = own.url, version = own.version, publisher = own.publisher } = options;
  if (url === undefined || !/^[a-z][a-z0-9+.-]*:\S+$/i.test(url)) {
    throw new UsageError(
      options.lang === 'zh'
        ? `--url 应为代码系统的规范地址，如 https://example.org/fhir/CodeSystem/icd-10，实为“${url ?? ''}”。`
        : `--url must be the canonical of the code system, such as https://example.org/fhir/CodeSystem/icd-10; it is "${url ?? ''}".`,
    );
  }
  if (version === undefined || version.trim() !== version || version === '' || version.includes('|')) {
    throw new UsageError(
      options.lang === 'zh'
        ? `--version 应为代码系统的版本，如 2.0，实为“${version ?? ''}”。`
        : `--version must be the version of the code system, such as 2.0; it is "${version ?? ''}".`,
    );
  }
  const name = options.name ?? own.name ?? usualName(url);
  const title = options.title ?? own.title ?? name;
  const isSupplement = own.content === 'supplement';
  if (isSupplement && typeof options.valueSet === 'string') throw noValueSetOf(options.lang);
  const usual = isSupplement ? undefined : usualValueSet(url);
  const valueSet = typeof options.valueSet === 'string' ? options.valueSet : (own.valueSet ?? usual);
  return { url, version, name, title, ...(publisher === undefined ? {} : { publisher }), ...(valueSet === undefined ? {} : { valueSet }) };
}

/** Source: R4 codesystem.html#supplements */
function noValueSetOf(lang: LoadOptions['lang']): UsageError {
  return new UsageError(
    lang === 'zh'
      ? '补充代码系统没有自己的代码，不能用 --value-set 生成值集。'
      : 'A supplement has no codes of its own: --value-set can make no ValueSet of it.',
  );
}
