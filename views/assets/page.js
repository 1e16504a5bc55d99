// Tags while the reader pauses typing. The page works without this script; everything is written as text, never as HTML.

const PAUSE_MS = 300;
const ROW_LIMIT = 1000;

const element = (id) => document.getElementById(id);
const form = element('tag-form');
if (form) enhance();

function enhance() {
  const text = element('text');
  const model = element('model');
  let timer = 0;
  let asked = new AbortController();

  element('shortcut').hidden = false;
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener('submit', stop);
  // Another model has other labels, so another legend: let the server write the page.
  if (model) model.addEventListener('change', () => form.requestSubmit());
  if (!element('result')) return;

  text.addEventListener('input', () => {
    stop();
    timer = setTimeout(tag, PAUSE_MS);
  });
  offerCopy();

  function stop() {
    clearTimeout(timer);
    asked.abort();
  }

  async function tag() {
    const value = text.value;
    const body = model?.value ? { text: value, model: model.value } : { text: value };
    asked = new AbortController();
    try {
      const response = await fetch('/api/tag', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify(body),
        signal: asked.signal,
      });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.error);
      tell('');
      show(value, answer, body);
    } catch (error) {
      if (error.name !== 'AbortError') tell(error instanceof TypeError ? 'The server cannot be reached.' : error.message);
    }
  }
}

function tell(message) {
  const note = element('note');
  note.hidden = message === '';
  note.className = 'note error';
  note.textContent = message;
}

function show(text, { model, entities, ms }, body) {
  const styles = readLegend(entities);
  const names = entities.length === 1 ? '1 name' : `${entities.length} names`;
  element('summary').textContent = `${names} in ${ms} ms`;
  element('model-spec').textContent = `${model.id}@${model.version}`;
  element('model-hash').textContent = model.sha256.slice(0, 8);
  element('model-hash').title = `SHA-256 of the weights: ${model.sha256}`;
  element('tagged').replaceChildren(...pieces(text, entities, styles));
  element('rows').replaceChildren(...entities.slice(0, ROW_LIMIT).map((entity) => row(entity, styles)));
  element('table').hidden = entities.length === 0;
  element('omitted').hidden = entities.length <= ROW_LIMIT;
  element('omitted-count').textContent = String(entities.length - ROW_LIMIT);
  element('curl').textContent = curlCommand(body);
}

/** Counts anew and returns each label's name and classes, as the server chose them. */
function readLegend(entities) {
  const styles = new Map();
  for (const item of element('legend').children) {
    const { label, name, class: className } = item.dataset;
    const count = entities.filter((entity) => entity.label === label).length;
    item.dataset.count = String(count);
    item.querySelector('.count').textContent = String(count);
    styles.set(label, { name, className });
  }
  return styles;
}

function styleOf(label, styles) {
  return styles.get(label) ?? { name: label.toLowerCase(), className: 'colour-4 line-4' };
}

function pieces(text, entities, styles) {
  const nodes = [];
  let position = 0;
  for (const entity of entities) {
    if (entity.start > position) nodes.push(document.createTextNode(text.slice(position, entity.start)));
    nodes.push(mark(entity, styles));
    position = entity.end;
  }
  nodes.push(document.createTextNode(text.slice(position)));
  return nodes;
}

function mark({ text, label, score }, styles) {
  const { name, className } = styleOf(label, styles);
  const node = element('mark-template').content.firstElementChild.cloneNode(true);
  node.classList.add(...className.split(' '));
  node.dataset.label = label;
  node.title = `${label} ${score.toFixed(2)}`;
  node.setAttribute('aria-label', `${text.replace(/\s+/g, ' ')}, ${name}, ${percentOf(score)} percent`);
  node.firstElementChild.textContent = text;
  node.lastElementChild.textContent = label;
  return node;
}

function row({ text, label, start, end, score }, styles) {
  const { name, className } = styleOf(label, styles);
  const node = element('row-template').content.firstElementChild.cloneNode(true);
  const [textCell, , startCell, endCell] = node.children;
  const swatch = node.querySelector('.swatch');
  textCell.textContent = text;
  swatch.classList.add(...className.split(' '));
  swatch.textContent = label;
  node.querySelector('.name').textContent = name;
  startCell.textContent = String(start);
  endCell.textContent = String(end);
  node.querySelector('meter').value = score;
  node.querySelector('.score').textContent = score.toFixed(3);
  return node;
}

function percentOf(score) {
  if (score <= 0) return 0;
  return score >= 1 ? 100 : Math.min(99, Math.max(1, Math.round(score * 100)));
}

function curlCommand(body) {
  const quote = (word) => `'${word.replaceAll("'", "'\\''")}'`;
  const url = `${location.origin}/api/tag`;
  return `curl -s ${quote(url)} -H 'Content-Type: application/json' --data-binary ${quote(JSON.stringify(body))}`;
}

/** The clipboard is there only on HTTPS and on this machine itself. */
function offerCopy() {
  if (!navigator.clipboard) return;
  const button = element('copy');
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(element('curl').textContent);
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy'), 1500);
  });
}
