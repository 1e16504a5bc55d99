import { element } from './elements.js';
import type { LiveModel, ModelAddress } from './live-model.js';
import type { LiveAnswer } from './live-tagging.js';

export interface ListedAddress extends ModelAddress {
  readonly isActive: boolean;
}

/** The model in the page, and the line that says so. */
export interface ModelInPage {
  /** Undefined while the server tags. */
  readonly current: LiveModel | undefined;
  says(answer: LiveAnswer, ms: number): void;
  /** Another model was chosen. */
  follow(): void;
}

/** Whether the reader wants the model in the page, in this browser, from now on. */
const WISH = 'onomast.live';

export function createModelInPage({
  addresses,
  chosen,
  onReady,
}: {
  readonly addresses: readonly ListedAddress[];
  /** `name@version`, '' for the active model. */
  chosen(): string;
  /** A model was loaded. */
  onReady(): void;
}): ModelInPage {
  let current: LiveModel | undefined;
  let loading = 0;
  const button = element<HTMLButtonElement>('live-switch');
  const cost = element('live-cost');
  const address = (): ListedAddress | undefined => {
    const spec = chosen();
    return addresses.find(({ id, version, isActive }) => (spec === '' ? isActive : spec === `${id}@${version}`));
  };
  if (addresses.length === 0) return { current: undefined, says: () => {}, follow: () => {} };

  element('live').hidden = false;
  button.addEventListener('click', () => (current === undefined ? void load() : unload()));
  if (isWished()) void load();
  else draw('Names appear when you pause, found by the server.', 'Tag as I type, in this browser');

  return {
    get current() {
      return current;
    },
    says(answer, ms) {
      const { words, recomputed, tentative } = answer;
      const perWord = recomputed === 0 ? '' : `, ${(ms / recomputed).toFixed(2)} ms each`;
      const waiting =
        tentative === 0 ? '' : `; the last ${tentative === 1 ? 'word is' : `${tentative} words are`} tentative`;
      const steps = recomputed === 1 ? '1 word was' : `${recomputed} words were`;
      cost.textContent = `${steps} computed, in a text of ${words}, in ${ms.toFixed(1)} ms${perWord}${waiting}.`;
    },
    follow() {
      if (current !== undefined) void load();
    },
  };

  async function load(): Promise<void> {
    const wanted = address();
    if (wanted === undefined) return;
    const turn = ++loading;
    draw(`Loading ${wanted.id}@${wanted.version} into this page …`, '');
    try {
      const { loadLiveModel, shortcoming } = await import('./live-model.js');
      const loaded = await loadLiveModel(wanted);
      if (turn !== loading) return; // another one was chosen meanwhile
      current = loaded;
      keepWish(true);
      draw(
        `${loaded.spec} is in this page, its hashes checked; until you close it, it tags without the server.${shortcoming()}`,
        'Let the server tag',
      );
      onReady();
    } catch (cause) {
      if (turn !== loading) return;
      current = undefined;
      const message = cause instanceof Error ? cause.message : String(cause);
      draw(`${message} The server goes on tagging.`, 'Try again');
    }
  }

  function unload(): void {
    loading++;
    current = undefined;
    cost.textContent = '';
    keepWish(false);
    draw('Names appear when you pause, found by the server.', 'Tag as I type, in this browser');
  }

  function draw(says: string, action: string): void {
    element('live-says').textContent = says;
    button.textContent = action;
    button.hidden = action === '';
  }
}

/** Storage may be switched off. */
function isWished(): boolean {
  try {
    return localStorage.getItem(WISH) === 'yes';
  } catch {
    return false;
  }
}

function keepWish(isOn: boolean): void {
  try {
    if (isOn) localStorage.setItem(WISH, 'yes');
    else localStorage.removeItem(WISH);
  } catch {}
}
