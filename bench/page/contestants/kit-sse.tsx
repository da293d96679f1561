import { openai } from 'stopkit/formats';
import { KitPage } from '../KitPage.js';
import { mountReact } from '../mountReact.js';

const format = openai();

export const mount = mountReact((props) => <KitPage {...props} format={format} />);
