/** Posted forms: small, urlencoded, each field by name. */
import type { IncomingMessage } from 'node:http';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';

/** Scopes may be many, and come back in the form. */
const most = 256 * 1024;

export interface Form {
  /** The first of that name; '' where there is none. */
  one(name: string): string;
  all(name: string): readonly string[];
}

export async function readForm(req: IncomingMessage): Promise<Form> {
  const type = req.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    const text = message(
      'form-type',
      'A form is sent as application/x-www-form-urlencoded',
      '表单应以 application/x-www-form-urlencoded 提交',
    );
    throw fault('not-supported', text, { status: 415 });
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size > most)
      throw fault('too-long', message('form-size', 'The form is too large', '表单内容过大'), { headers: { Connection: 'close' } });
    chunks.push(chunk);
  }
  const fields = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  return { one: (name) => fields.get(name) ?? '', all: (name) => fields.getAll(name) };
}
