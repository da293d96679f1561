import { useState } from 'react';
import { FaultsTab } from './FaultsTab.js';
import { panelIcon } from './icons.js';
import { Meter } from './Meter.js';
import { SettingsTab } from './SettingsTab.js';

const TABS = ['Faults', 'Settings'] as const;

/** What can be broken on purpose, what can be chosen, and what the model itself counts. */
export function Panel({ id, onToggle }: { id: string; onToggle: () => void }) {
  const [tab, setTab] = useState<(typeof TABS)[number]>('Faults');
  return (
    <aside className="panel" aria-label="Faults and settings">
      <div className="panel-head">
        <div className="segments" role="tablist" aria-label="Panel">
          {TABS.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-controls="panel-body"
              aria-selected={name === tab}
              onClick={() => setTab(name)}
            >
              {name}
            </button>
          ))}
        </div>
        <button type="button" className="icon-button" aria-label="Panel" onClick={onToggle}>
          {panelIcon}
        </button>
      </div>
      <div className="panel-body" id="panel-body" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === 'Faults' ? <FaultsTab id={id} /> : <SettingsTab />}
      </div>
      {tab === 'Faults' && <Meter id={id} />}
    </aside>
  );
}
