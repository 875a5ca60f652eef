/** What the tag of most sites runs. */
import { runTag } from './tag.ts';

runTag([]);
