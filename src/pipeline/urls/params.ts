/**
 * The parameters of a pattern, at compile time: PathParams<'blog/<int:year>/<slug:title>/'> is
 * { year: number; title: string }. Types only.
 */

type Captures<Pattern extends string> = Pattern extends `${string}<${infer Inside}>${infer Rest}`
  ? Capture<Inside> & Captures<Rest>
  : unknown;

type Capture<Inside extends string> = Inside extends `${infer Converter}:${infer Name}`
  ? { [Key in Name]: Converter extends 'int' ? number : string }
  : { [Key in Inside]: string };

type Flatten<Type> = { [Key in keyof Type]: Type[Key] };

/** What a view of this pattern gets as its second argument. Untyped (any) when the pattern is made at run time. */
export type PathParams<Pattern extends string> = string extends Pattern
  ? Record<string, any>
  : Flatten<Captures<Pattern>>;
