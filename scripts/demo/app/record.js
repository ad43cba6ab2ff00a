/** What the server lets the app see of one patient; and the way out, which takes the tokens back. Source: RFC 7009 */
import { element, fail, speak, text } from './texts.js';

const main = document.querySelector('#main');
const signOutButton = document.querySelector('#sign-out');

try {
  const client = await window.FHIR.oauth2.ready();
  const record = await read(client);
  speak(() => draw(record));
  signOutButton.hidden = false;
  signOutButton.addEventListener('click', () => signOut(client).catch(fail));
} catch (error) {
  speak();
  fail(error);
}

async function read(client) {
  const of = (type, more) => client.request(`${type}?patient=${client.patient.id}&_count=100${more}`, { flat: true, pageLimit: 0 });
  const [patient, visits, values, prescriptions, user] = await Promise.all([
    client.patient.read(),
    of('Encounter', '&_sort=-date'),
    of('Observation', '&category=laboratory&_sort=-date'),
    of('MedicationRequest', '&_sort=-authoredon'),
    client.user.fhirUser === null ? undefined : client.request(client.user.fhirUser).catch(() => undefined),
  ]);
  return { patient, visits, values, prescriptions, user };
}

function draw({ patient, visits, values, prescriptions, user }) {
  main.replaceChildren(
    banner(patient, user),
    section('visits', ['date', 'department', 'place', 'doctor'], visits, (visit) => [
      day(visit.period?.start),
      visit.serviceType?.text ?? '',
      visit.serviceProvider?.display ?? '',
      visit.participant?.[0]?.individual?.display ?? '',
    ]),
    section('values', ['date', 'item', 'value', 'range'], values, (value) => [
      day(value.effectiveDateTime),
      value.code.text,
      flagged(value),
      value.referenceRange?.[0]?.text ?? '',
    ]),
    section('prescriptions', ['date', 'medicine', 'dosage', 'doctor'], prescriptions, (order) => [
      day(order.authoredOn),
      [order.medicationCodeableConcept?.text ?? '', ' ', element('span', specification(order), { class: 'soft' })],
      order.dosageInstruction?.[0]?.text ?? '',
      order.requester?.display ?? '',
    ]),
  );
}

function banner(patient, user) {
  const [name] = patient.name ?? [];
  const parts = [
    element('strong', name?.text ?? patient.id, { id: 'name' }),
    element('span', patient.gender === undefined ? '' : text(patient.gender)),
    element('span', `${text('born')} ${patient.birthDate ?? ''}`),
  ];
  const by = user?.name?.[0]?.text;
  if (by !== undefined) parts.push(element('span', `${text('signedInAs')} ${by}`, { class: 'soft', id: 'user' }));
  return element('div', parts, { class: 'banner' });
}

function section(title, heads, resources, cells) {
  const rows = resources.map((resource) =>
    element(
      'tr',
      cells(resource).map((cell) => element('td', cell)),
    ),
  );
  const head = element(
    'thead',
    element(
      'tr',
      heads.map((name) => element('th', text(name), { scope: 'col' })),
    ),
  );
  const table = element('table', [head, element('tbody', rows)], { id: title });
  return element('section', [element('h2', text(title)), rows.length === 0 ? element('p', text('none')) : table]);
}

function flagged(value) {
  const { value: number, unit } = value.valueQuantity ?? {};
  const flag = value.interpretation?.[0]?.coding?.[0]?.code ?? 'N';
  const arrow = { H: ' ↑', L: ' ↓' }[flag] ?? '';
  return element('span', `${number} ${unit}${arrow}`, { class: flag });
}

function specification({ extension = [] }) {
  return extension.find(({ url }) => url.endsWith('/cn-drug-specification'))?.valueString ?? '';
}

function day(moment = '') {
  return moment.slice(0, 10);
}

/** The refresh token takes the access token of its grant along; both are given back all the same. */
async function signOut({ state: { serverUrl, clientId, tokenResponse } }) {
  const smart = await (await fetch(`${serverUrl}/.well-known/smart-configuration`)).json();
  for (const token of [tokenResponse.refresh_token, tokenResponse.access_token]) {
    if (token === undefined) continue;
    const answer = await fetch(smart.revocation_endpoint, { method: 'POST', body: new URLSearchParams({ token, client_id: clientId }) });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  }
  sessionStorage.clear();
  const headers = { authorization: `Bearer ${tokenResponse.access_token}`, accept: 'application/fhir+json' };
  const { status } = await fetch(`${serverUrl}/Patient/${tokenResponse.patient}`, { headers });
  signOutButton.hidden = true;
  speak(() => drawSignedOut(status, smart.end_session_endpoint, tokenResponse.id_token));
}

function drawSignedOut(status, endSession, idToken) {
  const links = [element('a', text('again'), { href: './', class: 'button first' })];
  if (endSession !== undefined) {
    const hint = idToken === undefined ? '' : `?id_token_hint=${encodeURIComponent(idToken)}`;
    links.push(' ', element('a', text('endSession'), { href: `${endSession}${hint}`, class: 'button' }));
  }
  main.replaceChildren(
    element('p', text('out'), { id: 'signed-out', role: 'status' }),
    element('p', [text('proof'), ' ', element('code', `HTTP ${status}`, { id: 'proof' })]),
    element('p', links),
  );
}
