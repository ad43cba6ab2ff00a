/** What a sign-in name may be, and when two are the same: Chinese names are names, and neither case nor width tells two apart. */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';

/** Letters and digits of every script, and what stands in addresses of e-mail and between the parts of a name (阿不都·热合曼). */
const form = /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}._@·-]{0,63}$/u;

/** As it is kept and shown. */
export function accountName(text: string): string {
  const name = text.trim().normalize('NFC');
  if ([...name].length <= 64 && form.test(accountKey(name))) return name;
  const found = JSON.stringify(text.slice(0, 80));
  throw fault(
    'value',
    message(
      'bad-account-name',
      `An account's name has 1 to 64 letters and digits, with . _ @ - · between them: found ${found}`,
      `账户名应为1至64个文字、字母或数字，其间可用 . _ @ - ·；实际为 ${found}`,
    ),
  );
}

/** Equal for names that are the same but for case, width and the way their marks are written. Total: of any text. */
export function accountKey(text: string): string {
  return text.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
}
