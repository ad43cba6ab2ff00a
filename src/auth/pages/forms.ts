/** The parts that forms are made of: each input with its label, its hint and what is wrong with it. */
import { type Html, html } from '../../model/html.js';
import { type Problem, tell, type View } from './view.js';

export interface Field {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly type?: 'text' | 'password' | 'search';
  readonly value?: string;
  readonly autocomplete: string;
  readonly inputmode?: 'numeric' | 'text' | 'search';
  readonly problem?: Problem | undefined;
  /** Where nothing is wrong on the page, the first field has the focus. */
  readonly first?: boolean;
  readonly long?: boolean;
  readonly maxlength?: number;
}

export function input(view: View, field: Field): Html {
  const { id, label, hint, type = 'text', value = '', problem, maxlength = 256 } = field;
  const wrong = problem?.field === id ? problem : undefined;
  const described = [...(hint === undefined ? [] : [`${id}-hint`]), ...(wrong === undefined ? [] : [`${id}-wrong`])].join(' ');
  const attributes = html`id="${id}" name="${id}" required maxlength="${maxlength}" autocomplete="${field.autocomplete}"${
    described !== '' && html` aria-describedby="${described}"`
  }${wrong && html` aria-invalid="true"`}${field.first && problem === undefined && html` autofocus`}`;
  return html`<div class="field">
<label for="${id}">${label}</label>
${hint !== undefined && html`<p class="hint" id="${id}-hint">${hint}</p>`}
${wrong && html`<p class="wrong" id="${id}-wrong">${tell(view, wrong.text)}</p>`}
${
  field.long
    ? html`<textarea ${attributes}>${value}</textarea>`
    : html`<input type="${type}" ${attributes}${value !== '' && html` value="${value}"`}${
        field.inputmode && html` inputmode="${field.inputmode}"`
      } spellcheck="false" autocapitalize="none">`
}
</div>`;
}

export interface Check {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly label: Html | string;
  readonly detail?: Html | string;
  readonly checked?: boolean;
  readonly type?: 'checkbox' | 'radio';
  readonly required?: boolean;
}

export function check({ id, name, value, label, detail, checked, type = 'checkbox', required }: Check): Html {
  return html`<div class="check"><input type="${type}" id="${id}" name="${name}" value="${value}"${checked && html` checked`}${
    required && html` required`
  }${detail !== undefined && html` aria-describedby="${id}-detail"`}><div><label for="${id}">${label}</label>${
    detail !== undefined && html`<div class="detail" id="${id}-detail">${detail}</div>`
  }</div></div>`;
}

export function form(view: View, action: string, content: Html): Html {
  return html`<form method="post" action="${action}"><input type="hidden" name="token" value="${view.token}">${content}</form>`;
}

/** A form that is one button. */
export function button(
  view: View,
  action: string,
  label: string,
  options: { readonly kind?: string; readonly fields?: Readonly<Record<string, string>> } = {},
): Html {
  const { kind = '', fields = {} } = options;
  const hidden = Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  return form(view, action, html`${hidden}<button${kind !== '' && html` class="${kind}"`}>${label}</button>`);
}
