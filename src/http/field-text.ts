/** Text in a header field: HTTP hands bytes beyond ASCII over as they are, and Node.js shows each as a character. Source: RFC 9110 §5.5 */
import { isUtf8 } from 'node:buffer';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';

/** As UTF-8, which FHIR's texts are in everywhere: `identifier=病案1`. Throws FhirError 400 for other bytes. */
export function fieldText(value: string, field: string): string {
  if (!/[\x80-\xff]/.test(value)) return value;
  const bytes = Buffer.from(value, 'latin1');
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const text = message(
    'field-not-utf8',
    `${field} holds bytes that are not UTF-8; UTF-8 or percent-encoding was expected`,
    `${field} 含有非 UTF-8 的字节；应为 UTF-8 或百分号编码`,
  );
  throw fault('structure', text, { expression: `http.${field}` });
}
