/** All tags of the language by name. */
import type { TagParser } from '../parser.ts';
import { CACHE_TAGS } from './cache.ts';
import { CONTROL_TAGS } from './control.ts';
import { INHERITANCE_TAGS } from './inheritance.ts';
import { MACRO_TAGS } from './macros.ts';
import { OUTPUT_TAGS } from './output.ts';
import { SCOPE_TAGS } from './scope.ts';
import { TRANSLATION_TAGS } from './translations.ts';

export const TAG_PARSERS: ReadonlyMap<string, TagParser> = new Map(
  [CACHE_TAGS, CONTROL_TAGS, INHERITANCE_TAGS, MACRO_TAGS, OUTPUT_TAGS, SCOPE_TAGS, TRANSLATION_TAGS].flatMap((tags) => Object.entries(tags)),
);
