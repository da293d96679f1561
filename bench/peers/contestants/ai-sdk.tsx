import { mountReact } from '../../page/mountReact.js';
import { AiSdkPage } from '../AiSdkPage.js';

export const mount = mountReact((props) => <AiSdkPage {...props} />);
