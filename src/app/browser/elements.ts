/** The element of this id, or an error that names it: a page without it is not the page the script was written for. */
export function element<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`page: there is no element "${id}"`);
  return found as E;
}

export function maybeElement<E extends HTMLElement = HTMLElement>(id: string): E | undefined {
  return (document.getElementById(id) as E | null) ?? undefined;
}

/** The nodes of markup that this program has made. Scripts in it would not run. */
export function parsed(markup: string): ChildNode[] {
  return [...new DOMParser().parseFromString(markup, 'text/html').body.childNodes];
}
