/** Both launches lead here: with `iss` alone the app begins by itself, with `launch` the workstation does. Source: SMART App Launch 2.2 */
import { fail, speak } from './texts.js';

const record = ['Patient', 'Encounter', 'Observation', 'MedicationRequest'].map((type) => `patient/${type}.rs`);

speak();
try {
  const { clientId } = await (await fetch('settings.json')).json();
  const isEhr = new URLSearchParams(location.search).has('launch');
  const scope = ['openid', 'fhirUser', isEhr ? 'launch' : 'launch/patient', 'online_access', ...record].join(' ');
  await window.FHIR.oauth2.authorize({ clientId, scope, redirectUri: 'record.html', pkceMode: 'required' });
} catch (error) {
  fail(error);
}
