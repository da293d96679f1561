import { KitPage } from '../KitPage.js';
import { mountReact } from '../mountReact.js';

export const mount = mountReact(KitPage);
