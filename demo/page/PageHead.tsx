import { logo, moonIcon } from './icons.js';
import { changeSettings } from './settings.js';

const PAGES = [
  ['/', 'Chat'],
  ['/compare', 'Compare'],
  ['/stops', 'Stops'],
  ['/storybook/', 'Storybook'],
] as const;

/** The head of the pages beside the chat. */
export function PageHead() {
  const flip = (): void => {
    const isDark = getComputedStyle(document.documentElement).colorScheme === 'dark';
    const prefersDark = matchMedia('(prefers-color-scheme: dark)').matches;
    const followsSystem = document.documentElement.dataset.theme === undefined;
    changeSettings({ scheme: (followsSystem ? prefersDark : isDark) ? 'light' : 'dark' });
  };
  return (
    <header className="page-head">
      {logo}
      <b>stopkit</b>
      <nav aria-label="Pages">
        {PAGES.map(([path, name]) => (
          <a key={path} href={path} aria-current={path === location.pathname ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <button type="button" className="icon-button" aria-label="Light or dark" onClick={flip}>
        {moonIcon}
      </button>
    </header>
  );
}
