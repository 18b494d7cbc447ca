#!/usr/bin/env node
/**
 * The `fastserve` command. In a joined package (scripts/join-modules.mjs) another file has its place, which loads no module but those
 * that the command needs; the loader of ES modules, a tenth of the start of Node, is none of them.
 */
void import('./main.js');
