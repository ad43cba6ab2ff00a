/** One request for a page: what is drawn for it, and how it is sent. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { message } from '../../model/message.js';
import { FhirError } from '../../model/outcome.js';
import { sendPage } from './answer.js';
import { formToken, isOwnForm } from './form-token.js';
import { languageOf, rememberLanguage } from './language.js';
import { type Form, readForm } from './read-form.js';
import type { PagesRooms } from './rooms.js';
import { type PageContent, type Problem, renderPage, type View } from './view.js';

export interface Visit {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly view: View;
  /** The form that was posted; absent for a GET. */
  readonly form?: Form;
  /** Where the forms of its pages may lead, where that is known. */
  readonly formsTo?: readonly string[];
}

export interface VisitPlace {
  /** What its forms are made for. */
  readonly id: string;
  /** Path of the page that a GET shows. */
  readonly path: string;
  readonly languages?: readonly string[];
  readonly formsTo?: readonly string[];
}

/** Reads the form of a POST; one that was not made here is refused (403). */
export async function openVisit(rooms: PagesRooms, req: IncomingMessage, res: ServerResponse, place: VisitPlace): Promise<Visit> {
  const { id, path, languages, formsTo } = place;
  const query = new URLSearchParams(req.method === 'POST' ? '' : req.url?.split('?')[1]);
  query.delete('lang');
  const self = query.size === 0 ? path : `${path}?${query}`;
  rememberLanguage(req, res, rooms);
  const form = req.method === 'POST' ? await readForm(req) : undefined;
  if (form !== undefined && !(await isOwnForm(rooms.states, rooms, req, form.one('token'), id))) throw foreignForm();
  const token = await formToken(rooms.states, rooms, req, res, id);
  const view = { language: languageOf(req, languages), software: rooms.software, self, token };
  return { req, res, view, ...(form && { form }), ...(formsTo && { formsTo }) };
}

export function show({ res, view, formsTo }: Visit, content: PageContent, status = content.problem === undefined ? 200 : 400): void {
  sendPage(res, renderPage(view, content), status, formsTo);
}

/** What a form brought was refused: the problem to show by its field; any other error goes on. */
export function problemOf(error: unknown, field: string): Problem {
  const text = error instanceof FhirError && error.status < 500 ? error.issues[0]?.message : undefined;
  if (text === undefined) throw error;
  return { field, text };
}

export function waitFor(seconds: number, field: string): Problem {
  const minutes = Math.ceil(seconds / 60);
  const text = message(
    'too-many-tries',
    `Too many tries failed. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
    `失败次数过多，请在${minutes}分钟后重试。`,
  );
  return { field, text };
}

function foreignForm() {
  const text = message(
    'foreign-form',
    'This form was not made for you here, or it is too old: go back to the page and try again',
    '该表单并非由本页面为您生成，或已过期：请返回页面重试',
  );
  return new FhirError([{ severity: 'error', code: 'forbidden', message: text }]);
}
