/** What a tag runs that asks for what readers do on a page, too. */
import { downloads } from './modules/downloads.ts';
import { engagement } from './modules/engagement.ts';
import { links } from './modules/links.ts';
import { search } from './modules/search.ts';
import { runTag } from './tag.ts';

runTag([engagement, links, downloads, search]);
