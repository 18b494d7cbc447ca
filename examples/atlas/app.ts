/** The atlas: an application of every part of the pipeline, put together. Read urls.ts next. */
import { defineApp, templates } from 'fastserve';
import { navigation } from './context.ts';
import { worldMap } from './geography/maps.ts';
import { securityHeaders, timing } from './middleware.ts';
import { urls } from './urls.ts';
import { notFound, serverError } from './views/errors.ts';

export default defineApp({
  middleware: [timing, securityHeaders],
  urls,
  templates: templates({ directory: new URL('./templates/', import.meta.url) }),
  contextProcessors: [navigation],
  errorHandlers: { 404: notFound, 500: serverError },
  // The outlines take a quarter of a second to read and draw: before the first visitor comes, not while one waits.
  onStart: () => void worldMap(),
});
