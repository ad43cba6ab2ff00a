/** An answer, or a failure, as Bundle.entry.response. Source: R4 http.html#transaction-response */
import type { BundleEntry } from '../model/bundle.js';
import { instantText } from '../model/dates.js';
import type { Method } from './entry-request.js';
import type { Answer } from './intent.js';
import { etag } from './preconditions.js';
import { statusText } from './status-text.js';

export function entryResponse(baseUrl: string, method: Method, answer: Answer): BundleEntry {
  const { status, version, location, outcome = answer.notice } = answer;
  const resource = method === 'HEAD' ? undefined : answer.resource;
  return {
    fullUrl: location === undefined ? undefined : `${baseUrl}/${unversioned(location)}`,
    resource,
    response: {
      status: statusText(status),
      location: location === undefined ? undefined : `${baseUrl}/${location}`,
      etag: version === undefined ? undefined : etag(version.version),
      lastModified: version === undefined ? undefined : instantText(version.lastUpdated),
      outcome,
    },
  };
}

/** `Patient/1` of `Patient/1/_history/2` */
function unversioned(location: string): string {
  const end = location.indexOf('/_history/');
  return end === -1 ? location : location.slice(0, end);
}
