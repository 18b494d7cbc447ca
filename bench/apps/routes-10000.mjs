import { routedApp } from './routes.mjs';

export default routedApp(10000);
