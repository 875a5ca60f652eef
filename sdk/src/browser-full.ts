/** What a tag runs that asks for everything. */
import { clicks } from './modules/clicks.ts';
import { consentMode } from './modules/consent-mode.ts';
import { crossDomain } from './modules/cross-domain.ts';
import { downloads } from './modules/downloads.ts';
import { engagement } from './modules/engagement.ts';
import { hashRoutes } from './modules/hash-routes.ts';
import { links } from './modules/links.ts';
import { search } from './modules/search.ts';
import { tcf } from './modules/tcf.ts';
import { runTag } from './tag.ts';

runTag([consentMode, tcf, crossDomain, engagement, links, downloads, search, clicks], hashRoutes);
