/** An answer, or a failure, as Bundle.entry.response. Source: R4 http.html#transaction-response */
import type { BundleEntry } from '../model/bundle.js';
import type { Method } from './entry-request.js';
import type { Answer } from './intent.js';
import { etag } from './preconditions.js';
import { statusText } from './status-text.js';

export function entryResponse(baseUrl: string, method: Method, answer: Answer): BundleEntry {
  const { status, version, location, outcome } = answer;
  const resource = method === 'HEAD' ? undefined : answer.resource;
  return {
    ...(location === undefined ? {} : { fullUrl: `${baseUrl}/${location.replace(/\/_history\/.*$/, '')}` }),
    ...(resource === undefined ? {} : { resource }),
    response: {
      status: statusText(status),
      ...(location === undefined ? {} : { location: `${baseUrl}/${location}` }),
      ...(version === undefined ? {} : { etag: etag(version.version), lastModified: new Date(version.lastUpdated).toISOString() }),
      ...(outcome === undefined ? {} : { outcome }),
    },
  };
}
