/** Sends what is written in the forms of the API page, and shows what is answered as it came. */
export function enhanceApiPage(tries: readonly HTMLDetailsElement[]): void {
  for (const details of tries) {
    details.hidden = false;
    const form = details.querySelector('form')!;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void send(form);
    });
  }
}

async function send(form: HTMLFormElement): Promise<void> {
  const told = new FormData(form);
  const status = form.querySelector<HTMLElement>('[role="status"]')!;
  const place = form.querySelector('pre')!;
  const body = told.get('body');
  const address = form.dataset.address!.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(told.get(name))),
  );
  const start = performance.now();
  status.textContent = '…';
  try {
    const response = await fetch(address, {
      method: form.dataset.method!,
      ...(body !== null && { body: String(body), headers: { 'Content-Type': 'application/json' } }),
    });
    const answer = await response.text();
    status.textContent = `${response.status} ${response.statusText}, ${Math.round(performance.now() - start)} ms`;
    show(place, indented(answer));
  } catch {
    status.textContent = 'The server cannot be reached.';
    place.hidden = true;
  }
}

function show(place: HTMLPreElement, answer: string): void {
  place.hidden = false;
  place.firstElementChild!.textContent = answer;
}

function indented(answer: string): string {
  try {
    return JSON.stringify(JSON.parse(answer), null, 2);
  } catch {
    return answer;
  }
}
