/**
 * Pipeline applications, as defineApp() makes them. The brand is checked rather than the class, so that an application that
 * was made by another copy of this package is recognised.
 */
import { PIPELINE_BRAND, type PipelineApplication } from '../../pipeline/application.ts';
import type { GatewayApplication } from '../contract.ts';

export function isPipelineApplication(exported: unknown): exported is PipelineApplication {
  return typeof exported === 'object' && exported !== null && PIPELINE_BRAND in exported;
}

export function adaptPipeline(application: PipelineApplication): GatewayApplication {
  return application.bind();
}
