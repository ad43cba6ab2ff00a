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
    fullUrl: location === undefined ? undefined : `${baseUrl}/${location.replace(/\/_history\/.*$/, '')}`,
    resource,
    response: {
      status: statusText(status),
      location: location === undefined ? undefined : `${baseUrl}/${location}`,
      etag: version === undefined ? undefined : etag(version.version),
      lastModified: version === undefined ? undefined : new Date(version.lastUpdated).toISOString(),
      outcome,
    },
  };
}
