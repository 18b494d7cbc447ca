#!/usr/bin/env node
/** The `fastserve` command as an ES module: what fastserve.cts runs unless the modules were joined, and what may be run directly. */
import { launch } from './launch.ts';

await launch(process.argv);
