// Builds elements. Whatever comes from the data becomes text, never markup.
import { visible } from './visible';

export type Child = Node | string | false | null | undefined;
type Attributes = Record<string, string | number | boolean | undefined>;

const SVG = 'http://www.w3.org/2000/svg';

function fill<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

// Text of the data: kept apart from the direction of the text around it, with invisible characters made visible.
export function datum(text: string): HTMLElement {
  return el('bdi', {}, visible(text));
}

// What Sluice said, which may have several lines.
export function message(text: string): HTMLElement {
  return el('bdi', {}, text.split('\n').map(visible).join('\n'));
}

// A name of the data, which may be empty.
export function named(text: string): HTMLElement {
  return el('code', {}, datum(text === '' ? '""' : text));
}

export function code(text: string): HTMLElement {
  return el('code', {}, datum(text));
}
