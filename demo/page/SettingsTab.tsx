import { Choice, Segments, Switch } from './controls.js';
import { changeSettings, useSettings } from './settings.js';

/** What a visitor chooses. */
export function SettingsTab() {
  const settings = useSettings();
  return (
    <>
      <Segments
        label="Appearance"
        value={settings.scheme}
        options={[
          ['system', 'System'],
          ['light', 'Light'],
          ['dark', 'Dark'],
        ]}
        onChange={(scheme) => changeSettings({ scheme })}
      />
      <Segments
        label="Direction"
        value={settings.direction}
        options={[
          ['ltr', 'Left to right'],
          ['rtl', 'Right to left'],
        ]}
        onChange={(direction) => changeSettings({ direction })}
      />
      <hr />
      <Switch
        label="Escape stops"
        note="From anywhere on this page, unless Stop asks first."
        checked={settings.escapeStops}
        onChange={(escapeStops) => changeSettings({ escapeStops })}
      />
      <Switch
        label="Ask before stopping"
        note="One more press, in the same place."
        checked={settings.askFirst}
        onChange={(askFirst) => changeSettings({ askFirst })}
      />
      <hr />
      <Choice
        label="Stop by itself without a first word"
        value={settings.firstWordSeconds}
        options={[
          [5, 'After 5 s'],
          [30, 'After 30 s'],
          [0, 'Never'],
        ]}
        onChange={(firstWordSeconds) => changeSettings({ firstWordSeconds })}
      />
      <Choice
        label="Stop by itself when it takes long"
        value={settings.totalMinutes}
        options={[
          [1, 'Longer than 1 min'],
          [5, 'Longer than 5 min'],
          [0, 'Never'],
        ]}
        onChange={(totalMinutes) => changeSettings({ totalMinutes })}
      />
      <p className="note">Motion follows your system setting.</p>
    </>
  );
}
