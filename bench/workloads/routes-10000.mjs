import { routesWorkload } from './routes.mjs';

export default routesWorkload(10000);
