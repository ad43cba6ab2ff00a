/** What a store throws, as the answer a client gets. Source: R4 http.html#Status-Codes */
import { message } from '../model/message.js';
import { type FhirError, fault } from '../model/outcome.js';
import { StoreBusy, StoreConflict, StoreCostly, StoreUnavailable, StoreUnknown } from '../store/port.js';

/** undefined for what is no store's own error. */
export function storeFault(error: unknown): FhirError | undefined {
  if (error instanceof StoreConflict) return contended(error);
  if (error instanceof StoreBusy) return busy(error);
  if (error instanceof StoreCostly) return costly(error);
  if (error instanceof StoreUnknown) return unknown(error);
  if (error instanceof StoreUnavailable) return unavailable(error);
  return undefined;
}

const soon = { 'retry-after': '1' };

function contended(cause: Error) {
  const text = message(
    'contended',
    'Other writes kept changing what this one relies on until its time was up; nothing was stored, please try again',
    '其他写入不断改变本次写入所依据的内容，已超时；未存储任何内容，请重试',
  );
  return fault('lock-error', text, { headers: soon, cause });
}

function busy(cause: Error) {
  const text = message(
    'store-busy',
    'The store has too much to do at the moment; nothing was stored, please try again',
    '存储当前过于繁忙；未存储任何内容，请重试',
  );
  return fault('transient', text, { headers: soon, cause });
}

function costly(cause: Error) {
  const text = message('too-costly', `This would read too much: ${cause.message}`, `此请求需要读取的数据过多：${cause.message}`);
  return fault('too-costly', text, { cause });
}

function unknown(cause: Error) {
  const text = message(
    'write-unknown',
    'The store could not say whether this was stored; it may have been: look before sending it again',
    '存储无法确认本次写入是否完成，可能已写入：重新发送前请先查询',
  );
  return fault('incomplete', text, { cause });
}

function unavailable(cause: Error) {
  const text = message(
    'store-unavailable',
    'The store cannot be reached or written; nothing was stored',
    '存储无法访问或无法写入；未存储任何内容',
  );
  return fault('no-store', text, { headers: { 'retry-after': '10' }, cause });
}
