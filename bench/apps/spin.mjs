/** Raw gateway form: never answers and never yields. */
import { gateway } from '../../dist/index.js';

export default gateway(() => {
  for (;;);
});
