/** What the driver throws, in the words of the port. Passwords in connection strings never reach a message. */
import {
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} from 'mongodb';
import { FhirError } from '../../model/outcome.js';
import { StoreBusy, StoreConflict, StoreCostly, StoreUnavailable, StoreUnknown } from '../port.js';

const duplicateKey = 11_000;
const tooLate = new Set([50, 262]); // MaxTimeMSExpired, ExceededTimeLimit
const tooMuchToSort = new Set([292, 96]);

export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === duplicateKey;
}

export function hasLabel(error: unknown, label: string): boolean {
  return [error, within(error)].some((one) => one instanceof MongoError && one.hasErrorLabel(label));
}

/** What a bulk write met: the driver wraps it, broken connections too, and the labels stay on what is inside. */
function within(error: unknown): unknown {
  const inside: unknown = error instanceof MongoBulkWriteError ? error.errorResponse : undefined;
  return inside instanceof MongoError ? inside : error;
}

/** Of a server that is going, or is no longer the primary. */
const passing = new Set([6, 7, 89, 91, 134, 189, 9001, 10_107, 11_600, 11_602, 13_435, 13_436]);

/** The server changed or the connection broke: the same again may succeed, and whether the last try did is not known. */
export function isPassing(error: unknown): boolean {
  const inside = within(error);
  if (inside instanceof MongoNetworkError || inside instanceof MongoServerSelectionError) return true;
  if (inside instanceof MongoServerError && passing.has(Number(inside.code))) return true;
  return hasLabel(error, 'RetryableWriteError');
}

/** Of the commit of a transaction: it may have been done, or be done and not yet be safe. Source: MongoDB "Transactions and Write Concern" */
export function isCommitUnknown(error: unknown): boolean {
  return hasLabel(error, 'UnknownTransactionCommitResult') || error instanceof MongoWriteConcernError || isPassing(error);
}

/** No server could be found, so nothing was sent. */
export function isUnreachable(error: unknown): boolean {
  return within(error) instanceof MongoServerSelectionError;
}

/** Worth another try at once: after a wait for a primary in vain it is not. */
export function isBroken(error: unknown): boolean {
  return isPassing(error) && !isUnreachable(error);
}

/** For anything that was read, and for a write of which nothing was sent. */
export function translate(error: unknown): unknown {
  if (error instanceof FhirError || isOurs(error)) return error;
  if (!(error instanceof MongoError)) return error;
  if (tooLate.has(Number(error.code))) {
    return new StoreCostly('The search took longer than it may; a further parameter that selects fewer resources would help', {
      cause: error,
    });
  }
  if (tooMuchToSort.has(Number(error.code))) {
    return new StoreCostly(
      'The search would sort more than fits into memory; a further parameter that selects fewer resources would help',
      {
        cause: error,
      },
    );
  }
  return new StoreUnavailable(`MongoDB does not serve: ${withoutSecrets(error.message)}`, { cause: error });
}

function isOurs(error: unknown): boolean {
  return [StoreConflict, StoreBusy, StoreCostly, StoreUnknown, StoreUnavailable].some((kind) => error instanceof kind);
}

export function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/\s]*@/g, '//***@');
}
