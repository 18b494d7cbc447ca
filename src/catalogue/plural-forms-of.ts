/** The Plural-Forms that new catalogues begin with, by language (GNU gettext manual, "Plural forms"; CLDR). Pure. */

const SLAVIC = 'nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);';
const FIELDS: readonly (readonly [string, string])[] = [
  ['id ja ko lo ms my th vi yue zh', 'nplurals=1; plural=0;'],
  ['fr hy kab pt', 'nplurals=2; plural=(n > 1);'],
  ['be bs hr ru sr uk', SLAVIC],
  ['cs sk', 'nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);'],
  ['pl', 'nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);'],
  ['lt', 'nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<10 || n%100>=20) ? 1 : 2);'],
  ['lv', 'nplurals=3; plural=(n%10==0 || n%100>=11 && n%100<=19 ? 0 : n%10==1 && n%100!=11 ? 1 : 2);'],
  ['ro', 'nplurals=3; plural=(n==1 ? 0 : n==0 || n%100>=1 && n%100<=19 ? 1 : 2);'],
  ['sl', 'nplurals=4; plural=(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3);'],
  ['he', 'nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);'],
  ['ga', 'nplurals=5; plural=(n==1 ? 0 : n==2 ? 1 : n>=3 && n<=6 ? 2 : n>=7 && n<=10 ? 3 : 4);'],
  ['ar', 'nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);'],
];

/** For a tag such as "pt-BR"; English's where the language is not known here. */
export function pluralFormsOf(language: string): string {
  const primary = language.split('-', 1)[0]?.toLowerCase() ?? '';
  return FIELDS.find(([languages]) => languages.split(' ').includes(primary))?.[1] ?? 'nplurals=2; plural=(n != 1);';
}
