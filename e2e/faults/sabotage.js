/** Is loaded into every thread of a collector by `node --import`; each has module hooks of its own. */
import { register } from 'node:module';

register('./sabotage-hooks.js', import.meta.url);
