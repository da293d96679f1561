import { type CSSProperties, useState } from 'react';
import { AssistantMessage, Composer } from 'stopkit';
import { literalGeneration, literalStop } from '../literalGeneration.js';
import { Choice } from './Choice.js';
import { computedColor, contrast } from './contrast.js';
import './guide.css';
import { Table } from './Table.js';
import { COLORS, FOLLOWING, FONTS_AND_SHADOWS, LENGTHS } from './tokens.js';

const ACCENTS = {
  Blue: ['#2c56d0', '#93adff'],
  Green: ['#0b6e5f', '#5fd3bd'],
  Purple: ['#7a3fb0', '#cba6f7'],
  Rust: ['#ab3f0c', '#ffab84'],
} as const;

const CORNERS = ['0', '10', '18'] as const;

const stopped = literalGeneration({
  status: 'stopped',
  text: 'Listen on the response, not the request. The response closes when the reader',
  stopRecord: literalStop(),
  canContinue: true,
});
const streaming = literalGeneration({ status: 'streaming', text: 'And' });

/** How the kit looks, and how to change it. */
export function ThemingPage() {
  const [accent, setAccent] = useState<keyof typeof ACCENTS>('Blue');
  const [corners, setCorners] = useState<(typeof CORNERS)[number]>('10');
  const style = {
    '--stopkit-accent': `light-dark(${ACCENTS[accent].join(', ')})`,
    '--stopkit-radius-sm': `${Number(corners) * 0.8}px`,
    '--stopkit-radius-md': `${corners}px`,
    '--stopkit-radius-lg': `${Number(corners) * 1.6}px`,
  };
  const lines = Object.entries(style).map(([name, value]) => `    ${name}: ${value};`);
  // Bare, a tool that builds for older browsers would rewrite it.
  const css = `/* your app */\n@supports (color: light-dark(#fff, #000)) {\n  :root {\n${lines.join('\n')}\n  }\n}`;
  return (
    <main className="guide">
      <h1>Theming</h1>
      <p className="lead">
        Every colour is a custom property. Change the accent and hover, tint, caret and focus ring
        follow; contrast is checked as you do it.
      </p>
      {/* Custom properties are not in the type of a style. */}
      <div className="card" style={style as CSSProperties}>
        <div className="pair">
          <Half scheme="light" />
          <Half scheme="dark" />
        </div>
        <div className="knobs">
          <Choice
            name="Accent"
            values={Object.keys(ACCENTS) as (keyof typeof ACCENTS)[]}
            value={accent}
            onChange={setAccent}
          />
          <Choice name="Corners" values={CORNERS} value={corners} onChange={setCorners} />
          <AccentContrast key={accent} />
        </div>
      </div>

      <h2>Change it</h2>
      <p>Set the properties on any element. Nothing else is needed: no provider, no build step.</p>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls */}
      <pre tabIndex={0}>{css}</pre>
      <p>
        The kit follows the page&rsquo;s <code>color-scheme</code>: the second colour is that of the
        dark scheme. To set one scheme for a part of the page, give an element{' '}
        <code>data-theme=&quot;light&quot;</code> or <code>data-theme=&quot;dark&quot;</code>.
      </p>

      <h2>Colours</h2>
      <p>The number is the contrast with the token it sits on, light then dark.</p>
      <Colors />

      <h2>Colours that follow</h2>
      <p>These are made of another colour until you set them yourself.</p>
      <Following />

      <h2>Space and corners</h2>
      <Table name="Space and corners" head={['Property', 'Used for']} rows={rowsOf(LENGTHS)} />

      <h2>Type and shadows</h2>
      <p>
        The kit inherits the font of its host. Every size of text is in <code>rem</code>, so it
        grows with the reader&rsquo;s own setting.
      </p>
      <Table
        name="Type and shadows"
        head={['Property', 'Used for']}
        rows={rowsOf(FONTS_AND_SHADOWS)}
      />

      <h2>Motion and forced colours</h2>
      <p>
        With reduced motion the caret stands still. In forced colours every button has a real edge,
        and a stop in progress is dashed, so that nothing is told by colour alone.
      </p>
    </main>
  );
}

function Half({ scheme }: { scheme: 'light' | 'dark' }) {
  return (
    <section
      className="half"
      data-theme={scheme}
      aria-label={scheme === 'light' ? 'Light' : 'Dark'}
    >
      <AssistantMessage
        generation={stopped}
        onRegenerate={() => undefined}
        onContinue={() => undefined}
      />
      <Composer generation={streaming} onSend={() => undefined} draft="And in Fastify?" />
    </section>
  );
}

/** The contrast of Send's arrow, read from what the browser drew. */
function AccentContrast() {
  const write = (place: HTMLElement | null): void => {
    if (place === null) return;
    const ratio = contrast(computedColor(place, 'accent'), computedColor(place, 'on-accent'));
    const verdict = ratio >= 4.5 ? 'passes AA' : 'fails AA';
    place.textContent = `${ratio.toFixed(1)}:1 with its label, ${verdict}`;
  };
  return <p className="hint" ref={write} />;
}

const rowsOf = (tokens: readonly (readonly [string, string])[]) =>
  tokens.map(([name, usedFor]) => [<code key={name}>--stopkit-{name}</code>, usedFor]);

/** Light and dark of every colour that is made of another, as an element of the kit has it. */
function Following() {
  const rows = FOLLOWING.map(({ name, follows, usedFor }) => [
    <code key="name">--stopkit-{name}</code>,
    ...SCHEMES.map((scheme) => (
      <span
        key={scheme}
        className="swatch"
        data-stopkit="swatch"
        data-theme={scheme}
        style={{ background: `var(--_${name})` }}
      />
    )),
    <code key="follows">--stopkit-{follows}</code>,
    usedFor,
  ]);
  return (
    <Table
      name="Colours that follow"
      head={['Property', 'Light', 'Dark', 'Follows', 'Used for']}
      rows={rows}
    />
  );
}

/** Light and dark of every colour, and its contrast, as the browser computes them. */
function Colors() {
  const rows = COLORS.map(({ name, on, usedFor }) => [
    <code key="name">--stopkit-{name}</code>,
    ...SCHEMES.map((scheme) => (
      <span key={scheme} className="numbers">
        <span
          className="swatch"
          data-theme={scheme}
          style={{ background: `var(--stopkit-${name})` }}
        />
        <Measured scheme={scheme} measure={(place) => toHex(computedColor(place, name))} />
      </span>
    )),
    <span key="ratio" className="numbers">
      <Measured scheme="light" measure={(place) => ratioWithin(place, name, on)} /> /{' '}
      <Measured scheme="dark" measure={(place) => ratioWithin(place, name, on)} /> on {on}
    </span>,
    usedFor,
  ]);
  return (
    <Table
      name="Colours"
      head={['Property', 'Light', 'Dark', 'Contrast', 'Used for']}
      rows={rows}
    />
  );
}

const SCHEMES = ['light', 'dark'] as const;

/** What is measured in an element of one scheme, written beside it in the scheme of the page. */
function Measured({
  scheme,
  measure,
}: {
  scheme: (typeof SCHEMES)[number];
  measure: (place: HTMLElement) => string;
}) {
  return (
    <>
      <span
        hidden
        data-theme={scheme}
        ref={(place) => {
          const words = place?.nextElementSibling;
          if (place !== null && words) words.textContent = measure(place);
        }}
      />
      <span />
    </>
  );
}

const ratioWithin = (place: HTMLElement, name: string, on: string): string =>
  contrast(computedColor(place, name), computedColor(place, on)).toFixed(1);

const toHex = (color: string): string =>
  (color.match(/\d+/g) ?? [])
    .slice(0, 3)
    .reduce((hex, part) => hex + Number(part).toString(16).padStart(2, '0'), '#');
