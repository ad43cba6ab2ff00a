/** The forms of a server-rendered page, as a browser without scripts reads and sends them. Source: HTML Living Standard, form submission */

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  /** Of a box, a radio button or an option: whether it is sent as the page came. */
  readonly checked: boolean;
}

export interface Form {
  readonly action: string;
  readonly method: string;
  readonly fields: readonly Field[];
  readonly buttons: readonly { readonly name?: string; readonly value: string; readonly text: string }[];
}

/** By name; several for boxes and options of one name. Radio buttons and boxes are sent where their value is among them. */
export type Filled = Readonly<Record<string, string | readonly string[]>>;

export function formsOf(html: string): readonly Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head = '', inner = '']) => {
    const { action = '', method = 'get' } = attributesOf(head);
    return { action, method: method.toUpperCase(), fields: fieldsOf(inner), buttons: buttonsOf(inner) };
  });
}

/** What is sent: everything that a page filled in itself, with `filled` over it, and the button that is pressed. */
export function sentBy({ fields, buttons }: Form, filled: Filled, button?: RegExp): URLSearchParams {
  const sent = new URLSearchParams();
  for (const { name, type, value, checked } of fields) {
    const given = filled[name];
    const wanted = given === undefined ? undefined : typeof given === 'string' ? [given] : given;
    const isChoice = ['checkbox', 'radio', 'option'].includes(type);
    if (isChoice ? (wanted?.includes(value) ?? checked) : true) sent.append(name, isChoice ? value : (wanted?.[0] ?? value));
  }
  const unknown = Object.keys(filled).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) throw new Error(`The form has no field ${unknown}: ${fields.map(({ name }) => name).join(', ')}`);
  const pressed =
    button === undefined ? buttons[0] : buttons.find(({ text, value, name }) => button.test(text) || button.test(`${name}=${value}`));
  if (button !== undefined && pressed === undefined) throw new Error(`The form has no button ${button}`);
  if (pressed?.name !== undefined) sent.append(pressed.name, pressed.value);
  return sent;
}

function fieldsOf(html: string): readonly Field[] {
  return [...html.matchAll(/<(input|textarea|select)\b([^>]*)>(?:([\s\S]*?)<\/\1>)?/gi)].flatMap(([whole, tag = '', head = '']) => {
    const { name, type = 'text', value, checked, disabled } = attributesOf(head);
    if (name === undefined || disabled !== undefined || ['submit', 'button', 'image'].includes(type)) return [];
    if (/select/i.test(tag)) return optionsOf(whole, name);
    if (/textarea/i.test(tag)) return [{ name, type: 'textarea', value: textOf(whole), checked: true }];
    const isChoice = type === 'checkbox' || type === 'radio';
    return [{ name, type, value: value ?? (isChoice ? 'on' : ''), checked: checked !== undefined }];
  });
}

function optionsOf(html: string, name: string): readonly Field[] {
  const options = [...html.matchAll(/<option\b([^>]*)>([\s\S]*?)<\/option>/gi)].map(([, head = '', text = '']) => {
    const { value, selected } = attributesOf(head);
    return { name, type: 'option', value: value ?? textOf(text), checked: selected !== undefined };
  });
  return options.some(({ checked }) => checked) ? options : options.map((option, at) => ({ ...option, checked: at === 0 }));
}

function buttonsOf(html: string): Form['buttons'] {
  const pressed = [...html.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)].flatMap(([, head = '', text = '']) => {
    const { name, value = '', type = 'submit' } = attributesOf(head);
    return type === 'submit' ? [{ ...(name === undefined ? {} : { name }), value, text: textOf(text) }] : [];
  });
  const inputs = [...html.matchAll(/<input\b([^>]*)>/gi)].flatMap(([, head = '']) => {
    const { name, value = '', type } = attributesOf(head);
    return type === 'submit' ? [{ ...(name === undefined ? {} : { name }), value, text: value }] : [];
  });
  return [...pressed, ...inputs];
}

function attributesOf(head: string): Readonly<Partial<Record<string, string>>> {
  return Object.fromEntries(
    [...head.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)].map(([, name = '', ...values]) => [
      name.toLowerCase(),
      decoded(values.find((value) => value !== undefined) ?? ''),
    ]),
  );
}

export function textOf(html: string): string {
  return decoded(html.replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return entities[name ?? ''] ?? whole;
  });
}
