/** What is said where a table of concepts would take more memory than is allowed. */
import { type Message, message } from '../../model/message.js';

const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);

/** Bytes: of the table, of all others, and of what is allowed. */
export function tableTooLarge(bytes: number, used: number, limit: number): Message {
  return message(
    'concept-table-too-large',
    `its table of concepts takes ${megabytes(bytes)} MB; others take ${megabytes(used)} MB, and TERMINOLOGY_MEMORY allows ${megabytes(limit)} MB in all`,
    `其概念表需 ${megabytes(bytes)} MB；其他概念表已占用 ${megabytes(used)} MB，而 TERMINOLOGY_MEMORY 共允许 ${megabytes(limit)} MB`,
  );
}
