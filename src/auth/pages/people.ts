/** Patients and visits as a page shows them: enough to tell one from another, no more of an identity number than that takes. */
import { type Html, html } from '../../model/html.js';
import type { EncounterCandidate, PatientCandidate } from './rooms.js';
import { say, type View } from './view.js';

export function patientName(view: View, { name, id }: PatientCandidate): string {
  return name ?? say(view, `Patient ${id}, no name recorded`, `患者 ${id}（未登记姓名）`);
}

/** `Male, born 1980-01-02, 310***********1234` */
export function patientDetails(view: View, { gender, birthDate, identityNumber }: PatientCandidate): string {
  const parts = [
    gender && sexOf(view, gender),
    birthDate && say(view, `born ${birthDate}`, `出生日期 ${birthDate}`),
    identityNumber && say(view, `identity number ${masked(identityNumber)}`, `证件号 ${masked(identityNumber)}`),
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(say(view, ', ', '，'));
}

export function patientCard(view: View, patient: PatientCandidate): Html {
  return html`<div class="chosen"><p class="hint">${say(view, 'Patient', '患者')}</p><p><strong>${patientName(view, patient)}</strong></p><p>${patientDetails(view, patient)}</p></div>`;
}

export function encounterLine(view: View, { id, kind, place, start, end, status }: EncounterCandidate): Html {
  const when = [start?.slice(0, 10), end?.slice(0, 10)].filter((day, at, all) => day !== undefined && all.indexOf(day) === at).join(' – ');
  const what = kind ?? say(view, `Visit ${id}`, `就诊 ${id}`);
  const details = [when, place, status && statusOf(view, status)].filter((part) => part !== undefined && part !== '');
  return html`<strong>${what}</strong>${details.join(say(view, ', ', '，'))}`;
}

function masked(number: string): string {
  const characters = [...number];
  if (characters.length < 8) return '*'.repeat(characters.length);
  return [...characters.slice(0, 3), ...characters.slice(3, -4).map(() => '*'), ...characters.slice(-4)].join('');
}

function sexOf(view: View, gender: string): string | undefined {
  if (gender === 'male') return say(view, 'male', '男');
  if (gender === 'female') return say(view, 'female', '女');
  return gender === 'other' ? say(view, 'other sex', '其他性别') : say(view, 'sex unknown', '性别未知');
}

/** Source: R4 valueset-encounter-status.html */
const statuses: Readonly<Record<string, readonly [string, string]>> = {
  planned: ['planned', '已预约'],
  arrived: ['arrived', '已到达'],
  triaged: ['triaged', '已分诊'],
  'in-progress': ['in progress', '进行中'],
  onleave: ['on leave', '请假离院'],
  finished: ['finished', '已结束'],
  cancelled: ['cancelled', '已取消'],
};

function statusOf(view: View, status: string): string {
  const [en, zh] = statuses[status] ?? [status, status];
  return say(view, en, zh);
}
