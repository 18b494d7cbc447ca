/** The face of the view layer. */
import { ClassView } from './class-view.ts';
import type { View as ViewFunction } from './view.ts';

export { type Attributes } from './class-view.ts';
export * from './decorators/index.ts';
export { DetailView } from './detail-view.ts';
export { FormView } from './form-view.ts';
export { ListView } from './list-view.ts';
export { PageView } from './page-view.ts';
export { RedirectView } from './redirect-view.ts';
export { setLanguage } from './set-language.ts';
export { getListOr404, getObjectOr404, redirectTo } from './shortcuts.ts';
export { TemplateView } from './template-view.ts';
export { toResponse } from './to-response.ts';
export type { ViewResult } from './view.ts';

/** As a type: a view, that is a function. As a value: the class that class-based views extend; its asView() gives such a function. */
export type View<Params extends object = Record<string, any>> = ViewFunction<Params>;
export const View: typeof ClassView = ClassView;
