/**
 * A password from whoever runs a command: typed twice and not shown, or the whole of standard input. Never from the command line, which
 * every user of the machine can read.
 */
import { text } from 'node:stream/consumers';
import { UsageError } from './usage-error.js';

const ENTER = ['\r', '\n', '\u0004'];
const BACKSPACE = ['\u007f', '\b'];
const INTERRUPT = '\u0003';

/** `name`: whose it is. Throws UsageError where there is nobody to ask, and where the two do not agree. */
export async function readPassword(name: string, fromInput: boolean): Promise<string> {
  if (fromInput) return firstLine(await text(process.stdin));
  if (!process.stdin.isTTY)
    throw new UsageError('Nobody can be asked for the password: standard input is no terminal. Give it with --password-stdin.');
  const password = await typed(`Password for ${name}: `);
  if ((await typed('Once more: ')) !== password) throw new UsageError('The two passwords are not the same: nothing was changed.');
  return password;
}

/** What a program writes ends with a line break more often than not. */
function firstLine(input: string): string {
  const password = input.replace(/\r?\n$/, '');
  if (password === '') throw new UsageError('Standard input is empty: the password was expected there.');
  if (/[\r\n]/.test(password)) throw new UsageError('Standard input has several lines: the password alone was expected there.');
  return password;
}

/** A line that is typed without being shown. */
function typed(question: string): Promise<string> {
  const { stdin } = process;
  // Before anybody is asked: what is typed quickly is not shown either.
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  process.stderr.write(question);
  return new Promise((resolve, reject) => {
    const line: string[] = [];
    const end = (settle: () => void) => {
      stdin.off('data', hear);
      stdin.setRawMode(false);
      stdin.pause();
      process.stderr.write('\n');
      settle();
    };
    const hear = (keys: string) => {
      for (const key of keys) {
        if (ENTER.includes(key)) return end(() => resolve(line.join('')));
        if (key === INTERRUPT) return end(() => reject(new UsageError('Interrupted: nothing was changed.')));
        if (BACKSPACE.includes(key)) line.pop();
        else line.push(key);
      }
    };
    stdin.on('data', hear);
    stdin.resume();
  });
}
